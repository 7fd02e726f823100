// One process of a soak: does the operations of its plan with the product's core, and dies when told to.
// Started by run-seed.ts with its plan on the command line.
import { setTimeout } from 'node:timers/promises'
import { isSignInError, type CorePorts, type Fetch, type SessionInfo } from '@signet/core'
import { createSoakClient, offsetClock, type SoakClient } from './client.ts'
import { createJournal, hashOf } from './journal.ts'
import type { Operation, WorkerPlan } from './schedule.ts'

export interface WorkerTask {
  readonly directory: string
  readonly journal: string
  readonly serverUrl: string
  readonly accounts: readonly string[]
  readonly plan: WorkerPlan
}

const SLOW_MS = 60

const task = JSON.parse(process.argv[2] ?? '') as WorkerTask
const { plan, serverUrl } = task
const write = createJournal(task.journal)
const offset = { ms: plan.clockOffsetMs }
let uses = 0
let requests = 0
let signedIn: readonly SessionInfo[] = []

/** Called at every await on a port; the plan's one is the last. */
function point(): void {
  uses += 1
  if (uses === plan.killAt) process.kill(process.pid, 'SIGKILL')
}

function hostile(ports: CorePorts): CorePorts {
  const { secrets, lock } = ports
  const around = async <T>(task: () => Promise<T>): Promise<T> => {
    point()
    const result = await task()
    point()
    return result
  }
  return {
    ...ports,
    fetch: hostileFetch(ports.fetch),
    lock: async (name, signal, inside) => {
      point()
      return await lock(name, signal, async () => await around(inside))
    },
    secrets: {
      ...secrets,
      keys: async () => await around(secrets.keys),
      get: async (key) => await around(async () => await secrets.get(key)),
      delete: async (key) => await around(async () => await secrets.delete(key)),
      set: async (key, value) => {
        await around(async () => {
          await secrets.set(key, value)
          const { refreshToken } = JSON.parse(value) as {
            refreshToken?: string
          }
          if (refreshToken !== undefined) write({ event: 'saved', token: hashOf(refreshToken) })
        })
      },
    },
  }
}

/** The network as planned; refreshes are written down, because of them nothing may be lost. */
function hostileFetch(fetch: Fetch): Fetch {
  return async (url, init) => {
    const fault = plan.network[requests % plan.network.length]
    requests += 1
    point()
    if (fault === 'cut') throw new TypeError('fetch failed', { cause: broken() })
    if (fault === 'slow') await setTimeout(SLOW_MS)
    const body = new URLSearchParams(init.body ?? '')
    const token = body.get('grant_type') === 'refresh_token' ? body.get('refresh_token') : null
    const hash = token === null ? undefined : hashOf(token)
    if (hash !== undefined) write({ event: 'refresh-sent', token: hash })
    const response = await fetch(url, init)
    if (fault === 'lost-answer') {
      await response.arrayBuffer()
      if (hash !== undefined) write({ event: 'refresh-lost', token: hash })
      throw new TypeError('fetch failed', { cause: broken() })
    }
    if (hash !== undefined)
      write({
        event: 'refresh-answered',
        token: hash,
        status: response.status,
      })
    point()
    return response
  }
}

function broken(): Error {
  return Object.assign(new Error('the plan cut this connection'), {
    code: 'ECONNRESET',
  })
}

async function perform(client: SoakClient, operation: Operation): Promise<void> {
  const { kind } = operation
  const account = task.accounts[operation.account] ?? ''
  const session = signedIn.find(({ accountLabel }) => accountLabel === account)
  if (kind !== 'sign-in' && session === undefined) return
  write({ event: 'begin', operation: kind, account, session: session?.id })
  let outcome = 'ok'
  let stale = false
  let id = session?.id
  try {
    if (kind === 'sign-in') id = (await client.signInAs(serverUrl, account)).id
    else if (kind === 'sign-out') await client.signOut(session?.id ?? '', neverAborts())
    else stale = await useToken(client, session?.id ?? '', kind === 'rejected')
  } catch (error) {
    if (!isSignInError(error) && !(error instanceof TypeError)) throw error
    outcome = isSignInError(error) ? error.code : 'network'
  }
  write({
    event: 'end',
    operation: kind,
    account,
    session: id,
    outcome,
    stale,
  })
}

/** True when a token was served that must not have been: an ended one, or the one just refused. */
async function useToken(client: SoakClient, id: string, rejected: boolean): Promise<boolean> {
  const signal = neverAborts()
  const first = await client.access({
    sessionId: id,
    rejectedToken: undefined,
    signal,
  })
  if (ended(first.expiresAt)) return true
  if (!rejected) return false
  const second = await client.access({
    sessionId: id,
    rejectedToken: first.accessToken,
    signal,
  })
  return second.accessToken === first.accessToken || ended(second.expiresAt)
}

function ended(expiresAt: number | undefined): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now() + offset.ms
}

function neverAborts(): AbortSignal {
  return new AbortController().signal
}

const client = createSoakClient(task.directory, offsetClock(offset), hostile)
for (const operation of plan.operations) {
  await setTimeout(operation.pauseMs)
  offset.ms += operation.clockStepMs
  signedIn = (await client.sessions.list()).filter((session) => !session.signedOut)
  await perform(client, operation)
}
