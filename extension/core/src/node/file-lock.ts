import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { lock as acquire } from 'proper-lockfile'
import { SignInError } from '../errors.ts'
import type { Lock } from '../ports.ts'

export interface LockTiming {
  /** A holder that shows no life for this long is dead; others may take over. */
  readonly staleMs: number
  /** A living holder says so this often. */
  readonly updateMs: number
}

/** Ten seconds without a sign of life: far longer than a busy machine keeps a timer waiting. */
const TIMING: LockTiming = { staleMs: 10_000, updateMs: 2_000 }
const RETRY = { retries: 300, factor: 1.2, minTimeout: 20, maxTimeout: 250 }

/**
 * A Lock across processes, one file per name in `directory`. When its holder dies the lock is free after
 * `timing.staleMs`; whoever then enters reads the store again, so nothing stale is used.
 * The returned function throws `cancelled`, and `store_unavailable` when the lock cannot be had.
 */
export function fileLock(directory: string, timing = TIMING): Lock {
  return async (name, signal, task) => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const file = join(directory, createHash('sha256').update(name).digest('hex').slice(0, 32))
    if (signal.aborted) throw new SignInError('cancelled', {}, { cause: signal.reason })
    let release: () => Promise<void>
    try {
      release = await acquire(file, {
        realpath: false,
        stale: timing.staleMs,
        update: timing.updateMs,
        retries: RETRY,
        // The task goes on: what it writes is judged by whoever reads next, and it must not be torn.
        onCompromised: () => undefined,
      })
    } catch (error) {
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
