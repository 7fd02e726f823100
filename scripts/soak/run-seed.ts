import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { isSignInError, type SessionInfo } from '@signet/core'
import { fileLock, fileSecrets } from '@signet/core/node'
import { createSoakClient, offsetClock, type SoakClient } from './client.ts'
import { hashOf, monotonicNow, readJournal } from './journal.ts'
import { judge, type FinalState, type ProcessRecord, type Verdict } from './judge.ts'
import { createSchedule, type Schedule, type WorkerPlan } from './schedule.ts'
import type { WorkerTask } from './worker.ts'

/** Later than every token of a soak, whatever its processes thought the time was. */
const FAR_FUTURE_MS = 365 * 24 * 3_600_000

/** One file that starts fast; a soak starts thousands. */
export async function bundleWorker(directory: string): Promise<string> {
  const outfile = join(directory, 'worker.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  return outfile
}

/**
 * Runs one schedule: signs the accounts in, lets the processes loose on the store, and then asks each
 * session for a fresh token. `explain` hears what every process wrote.
 */
export async function runSeed(
  seed: number,
  serverUrl: string,
  worker: string,
  explain: (what: unknown) => void,
): Promise<Verdict> {
  const schedule = createSchedule(seed)
  const directory = await mkdtemp(join(tmpdir(), 'signet-soak-'))
  try {
    const driver = createSoakClient(directory, offsetClock({ ms: 0 }), (ports) => ports)
    for (const account of schedule.accounts) await driver.signInAs(serverUrl, account)
    const records = await Promise.all(
      schedule.slots.map(
        async (plans, slot) =>
          await runSlot({ schedule, directory, serverUrl, worker }, plans, slot),
      ),
    )
    // Everybody is gone; what the dead held is free.
    await rm(join(directory, 'locks'), { recursive: true, force: true })
    const processes = records.flat()
    const finals = await finalStates(directory, schedule)
    explain({ processes, finals })
    return judge(processes, finals)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface World {
  readonly schedule: Schedule
  readonly directory: string
  readonly serverUrl: string
  readonly worker: string
}

/** One process after another: a killed one has a successor. */
async function runSlot(
  world: World,
  plans: readonly WorkerPlan[],
  slot: number,
): Promise<readonly ProcessRecord[]> {
  const records: ProcessRecord[] = []
  for (const [life, plan] of plans.entries()) {
    const { directory, serverUrl, worker, schedule } = world
    const journal = join(directory, `journal-${slot}-${life}`)
    const task: WorkerTask = {
      directory,
      journal,
      serverUrl,
      accounts: schedule.accounts,
      plan,
    }
    const signal = await runWorker(worker, task)
    const entries = existsSync(journal) ? readJournal(journal) : []
    records.push({
      entries,
      endedAt: monotonicNow(),
      killed: signal === 'SIGKILL',
    })
    if (signal === undefined) break
  }
  return records
}

/** The signal that ended it; undefined when it ended by itself. */
async function runWorker(worker: string, task: WorkerTask): Promise<string | undefined> {
  const child = spawn(process.execPath, [worker, JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(signal)
      else if (code === 0) resolve(undefined)
      else reject(new Error(`a soak process broke:\n${Buffer.concat(errors).toString()}`))
    })
  })
}

async function finalStates(
  directory: string,
  { accounts }: Schedule,
): Promise<readonly FinalState[]> {
  const client = createSoakClient(directory, offsetClock({ ms: FAR_FUTURE_MS }), (ports) => ports)
  const sessions = await client.sessions.list()
  return await Promise.all(
    accounts.map(async (account) => {
      const own = sessions.filter(({ accountLabel }) => accountLabel === account)
      const [session] = own
      return {
        account,
        storedToken: session === undefined ? undefined : await storedToken(directory, session.id),
        outcome: session === undefined ? 'missing' : await finalOutcome(client, session),
        sessions: own.length,
      }
    }),
  )
}

async function storedToken(directory: string, id: string): Promise<string | undefined> {
  const secrets = fileSecrets(join(directory, 'sessions.json'), fileLock(join(directory, 'locks')))
  const value = JSON.parse((await secrets.get(`session/v1/${id}`)) ?? '{}') as {
    refreshToken?: string
  }
  return value.refreshToken === undefined ? undefined : hashOf(value.refreshToken)
}

/** A busy machine drops connections of its own; that says nothing about the session. */
const FINAL_ATTEMPTS = 5

async function finalOutcome(client: SoakClient, session: SessionInfo): Promise<string> {
  const { signal } = new AbortController()
  let outcome = ''
  for (let attempt = 0; attempt < FINAL_ATTEMPTS; attempt += 1) {
    try {
      await client.access({
        sessionId: session.id,
        rejectedToken: undefined,
        signal,
      })
      return 'ok'
    } catch (error) {
      if (!isSignInError(error)) throw error
      outcome = error.code
      if (!outcome.endsWith('_unreachable')) break
    }
  }
  return outcome
}
