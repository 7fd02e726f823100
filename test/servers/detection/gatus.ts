// Runs Gatus itself on the hosts of the detection table, where somebody has built it: its program is not ours to
// ship. `SIGNET_GATUS` names the program, as it is: it finds our hosts through a proxy, as its HTTP client can.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { stringify } from 'yaml'
import { emitFor } from '../../../scripts/watch/emit.ts'
import { gatusEndpoints } from '../../../scripts/watch/emit-gatus.ts'
import type { Target } from '../../../site/src/check/targets.ts'
import { isPublicAddress } from '../../../site/src/client-metadata/public-host.ts'
import { closeServer, freePort, listen } from '../listen.ts'
import type { World } from './world.ts'

/** Whether its first look at any of the targets fails, by column of the table. */
export async function lookWithGatus(
  program: string,
  targets: readonly Target[],
  world: World,
): Promise<Readonly<Record<string, boolean>>> {
  const simple = targets.map(({ path: name, url }) => ({
    name,
    url,
    conditions: ['[STATUS] == 200'],
  }))
  const [usual, strict] = await Promise.all([
    lookOnce(program, stringify({ endpoints: simple }), simple.length, world),
    lookOnce(program, emitFor('gatus', targets), gatusEndpoints(targets).length, world),
  ])
  return { 'gatus-default': usual, 'gatus-best': strict }
}

/**
 * Starts it with one configuration and waits for its first look at each endpoint. Throws what it printed if it ends
 * before, as it does if the configuration is none.
 */
export async function lookOnce(
  program: string,
  configuration: string,
  endpoints: number,
  world: Pick<World, 'network' | 'ca'>,
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-gatus-'))
  const tunnels = new Set<Duplex>()
  const proxy = proxyInto(world, tunnels)
  const port = await listen(proxy, '127.0.0.1')
  try {
    await writeFile(join(folder, 'identity.yaml'), configuration)
    const web = { address: '127.0.0.1', port: await freePort() }
    await writeFile(join(folder, 'web.yaml'), stringify({ web }))
    await writeFile(join(folder, 'ca.pem'), world.ca.join('\n'))
    const child = spawn(program, {
      env: {
        GATUS_CONFIG_PATH: folder,
        HTTPS_PROXY: `http://127.0.0.1:${port}`,
        SSL_CERT_FILE: join(folder, 'ca.pem'),
      },
    })
    // Not its 'close': that waits for somebody to read the rest of what it printed.
    const ended = once(child, 'exit')
    const seen: boolean[] = []
    const printed: string[] = []
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()))
    for await (const line of createInterface(child.stdout)) {
      printed.push(line)
      const [, success] = /executeEndpoint\] Monitored .*; success=(true|false);/.exec(line) ?? []
      if (success !== undefined) seen.push(success === 'true')
      if (seen.length === endpoints) break
    }
    child.kill('SIGKILL')
    await ended
    if (seen.length < endpoints) throw new Error(`Gatus did not finish: ${printed.join('\n')}`)
    return seen.includes(false)
  } finally {
    for (const tunnel of tunnels) tunnel.destroy()
    await closeServer(proxy)
    await rm(folder, { recursive: true, force: true })
  }
}

/** The way to the world's hosts: the first address that answers; a private one leads nowhere from where it runs. */
function proxyInto({ network }: Pick<World, 'network'>, tunnels: Set<Duplex>): Server {
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    // A host that hangs keeps its connection, and the server does not know a tunnel as one of its own.
    tunnels.add(client)
    void (async () => {
      client.on('error', () => undefined)
      const { hostname } = new URL(`tcp://${request.url ?? ''}`)
      for (const address of (await network.resolve(hostname)).filter(isPublicAddress)) {
        const host = network.connect(address, 443)
        try {
          await once(host, 'connect')
        } catch {
          continue
        }
        host.on('error', () => client.destroy())
        client.on('close', () => host.destroy())
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        host.pipe(client).pipe(host)
        return
      }
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })()
  })
  return proxy
}
