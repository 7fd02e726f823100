import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { lock as acquire } from 'proper-lockfile'
import { SignInError } from '../errors.ts'
import type { Clock, Lock } from '../ports.ts'

export interface LockTiming {
  /** A holder that shows no life for this long is dead; others may take over. */
  readonly staleMs: number
  /** A living holder says so this often. */
  readonly updateMs: number
}

/** Ten seconds without a sign of life: far longer than a busy machine keeps a timer waiting. */
const TIMING: LockTiming = { staleMs: 10_000, updateMs: 2_000 }
/** Holders are quick; a refresh takes as long as its request. */
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 250
/** Longer than the longest request under a lock, so that whoever waits longer waits for nobody. */
const MAX_WAIT_MS = 75_000

/** Unlike the core's clock, this one keeps a process alive: who waits for a lock has work to do. */
const CLOCK: Pick<Clock, 'now' | 'sleep'> = {
  now: () => Date.now(),
  sleep: async (ms, signal) => await delay(ms, undefined, { signal }),
}

/**
 * A Lock across processes, one file per name in `directory`. When its holder dies the lock is free after
 * `timing.staleMs`; whoever then enters reads the store again, so nothing stale is used. After a suspended
 * laptop everybody's last sign of life is old: who finds itself late lets the others show theirs first.
 * The returned function throws `cancelled`, and `store_unavailable` when the lock cannot be had.
 */
export function fileLock(
  directory: string,
  timing = TIMING,
  clock: Pick<Clock, 'now' | 'sleep'> = CLOCK,
): Lock {
  return async (name, signal, task) => {
    const file = join(directory, createHash('sha256').update(name).digest('hex').slice(0, 32))
    let release: () => Promise<void>
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      release = await enter(file, timing, clock, signal)
    } catch (error) {
      if (signal.aborted) throw new SignInError('cancelled', {}, { cause: signal.reason })
      throw new SignInError('store_unavailable', { operation: 'write' }, { cause: error })
    }
    try {
      return await task()
    } finally {
      // Already taken over by someone after a long sleep: then there is nothing left to release.
      await release().catch(() => undefined)
    }
  }
}

async function enter(
  file: string,
  { staleMs, updateMs }: LockTiming,
  clock: Pick<Clock, 'now' | 'sleep'>,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const options = {
    realpath: false,
    stale: staleMs,
    update: updateMs,
    // The task goes on: what it writes is judged by whoever reads next, and it must not be torn.
    onCompromised: () => undefined,
  }
  let waited = 0
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.2, LONGEST_WAIT_MS)) {
    signal.throwIfAborted()
    try {
      return await acquire(file, options)
    } catch (error) {
      if (!isHeld(error) || waited > MAX_WAIT_MS) throw error
    }
    const before = clock.now()
    await clock.sleep(wait, signal)
    const late = clock.now() - before - wait
    if (late > updateMs / 2) await clock.sleep(2 * updateMs, signal)
    waited += wait
  }
}

function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED'
}
