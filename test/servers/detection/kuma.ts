// Runs Uptime Kuma itself on the hosts of the detection table, where somebody has it: it is not ours to ship.
// `SIGNET_KUMA` names a checkout of version 1 with its dependencies; it imports what we emit, as its user would.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { emitFor } from '../../../scripts/watch/emit.ts'
import type { Target } from '../../../site/src/check/targets.ts'
import { isPublicAddress } from '../../../site/src/client-metadata/public-host.ts'
import { closeServer, freePort, listen } from '../listen.ts'
import { HOST } from './identity.ts'
import type { World } from './world.ts'

/** One running instance, without monitors between two looks. */
export interface Kuma {
  readonly version: string
  /** Whether its first look at any of the targets fails, or it tells of their certificate. */
  readonly alarms: (
    targets: readonly Target[],
    world: Pick<World, 'firstPort' | 'network'>,
  ) => Promise<boolean>
  readonly close: () => Promise<void>
}

/** As much of socket.io's client as is needed here; it comes with the checkout. */
interface Socket {
  readonly on: (event: string, listener: (value: unknown) => void) => void
  readonly off: (event: string) => void
  readonly emit: (event: string, ...values: readonly unknown[]) => void
  readonly close: () => void
}

const packageSchema = z.object({ version: z.string() })
const answerSchema = z.object({ ok: z.boolean(), msg: z.string().optional() })
const heartbeatSchema = z.object({ monitorID: z.number(), status: z.number() })
const backupSchema = z.looseObject({ monitorList: z.array(z.looseObject({})) })

const PERSON = { username: 'admin', password: 'Correct4Horse', token: '' }
const UP = 1
/** It tells of a certificate beside its look, and nothing says when it does not. */
const SETTLE_MS = 700

/** Trusts `ca` for as long as it runs. */
export async function startKuma(checkout: string, ca: readonly string[]): Promise<Kuma> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-kuma-'))
  const place = join(folder, 'place.json')
  await writeFile(join(folder, 'ca.pem'), ca.join('\n'))
  await writeFile(join(folder, 'connect.cjs'), CONNECT)
  const port = await freePort()
  const child = spawn(
    process.execPath,
    ['--require', join(folder, 'connect.cjs'), 'server/server.js'],
    {
      cwd: checkout,
      env: {
        NODE_ENV: 'production',
        DATA_DIR: `${folder}/`,
        UPTIME_KUMA_HOST: '127.0.0.1',
        UPTIME_KUMA_PORT: String(port),
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
        PLACE: place,
      },
    },
  )
  const ended = once(child, 'close')
  child.stderr.resume()
  await printed(child.stdout, 'Listening on')
  child.stdout.resume()
  const { io } = createRequire(join(checkout, 'package.json'))('socket.io-client') as {
    io: (url: string, options: object) => Socket
  }
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] })
  await new Promise<void>((resolve) => socket.on('connect', () => resolve()))
  await ask(socket, 'setup', PERSON.username, PERSON.password)
  await ask(socket, 'login', PERSON)
  let told = 0
  const webhook = createServer((request, response) => {
    told += 1
    request.resume().on('end', () => response.end())
  })
  const webhookURL = `http://127.0.0.1:${await listen(webhook, '127.0.0.1')}/`
  await ask(socket, 'addNotification', { name: 'us', type: 'webhook', webhookURL }, null)
  const text = await readFile(join(checkout, 'package.json'), 'utf8')
  return {
    version: packageSchema.parse(JSON.parse(text)).version,
    alarms: async (targets, world) => {
      const [address = ''] = await world.network.resolve(HOST)
      // From where it runs, a private address leads nowhere; here it would lead to our host.
      await writeFile(place, JSON.stringify(isPublicAddress(address) ? world.firstPort : 1))
      const backup = backupSchema.parse(JSON.parse(emitFor('kuma', targets)))
      // What somebody chooses after the import: who is told.
      const monitorList = backup.monitorList.map((each) => {
        return { ...each, notificationIDList: { 1: true } }
      })
      told = 0
      const statuses = new Map<number, number>()
      const looked = new Promise<void>((resolve) => {
        socket.on('heartbeat', (value) => {
          const { monitorID, status } = heartbeatSchema.parse(value)
          if (!statuses.has(monitorID)) statuses.set(monitorID, status)
          if (statuses.size === monitorList.length) resolve()
        })
      })
      await ask(socket, 'uploadBackup', JSON.stringify({ ...backup, monitorList }), 'keep')
      await looked
      socket.off('heartbeat')
      await delay(SETTLE_MS)
      for (const id of statuses.keys()) await ask(socket, 'deleteMonitor', id)
      return told > 0 || [...statuses.values()].some((status) => status !== UP)
    },
    close: async () => {
      socket.close()
      child.kill('SIGKILL')
      await ended
      await closeServer(webhook)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Its own client finds our hosts wherever a case says that they are. */
const CONNECT = `
const tls = require('node:tls')
const { readFileSync } = require('node:fs')
const { connect } = tls
tls.connect = (options, ...rest) =>
  connect({ ...options, servername: options.servername || options.host, host: '127.0.0.1',
    port: JSON.parse(readFileSync(process.env.PLACE, 'utf8')) }, ...rest)
`

async function ask(socket: Socket, event: string, ...values: readonly unknown[]): Promise<void> {
  const answer = await new Promise<unknown>((resolve) => socket.emit(event, ...values, resolve))
  const { ok, msg } = answerSchema.parse(answer)
  if (!ok) throw new Error(`Uptime Kuma refused ${event}: ${msg ?? ''}`)
}

async function printed(stream: NodeJS.ReadableStream, words: string): Promise<void> {
  const lines = createInterface({ input: stream })
  for await (const line of lines) if (line.includes(words)) return
  throw new Error(`Uptime Kuma ended before it was ${words}`)
}
