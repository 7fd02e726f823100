import { isSignInError } from './errors.ts'
import { FIRST_RETRY_PAUSE_MS, MAX_RETRY_PAUSE_MS } from './limits.ts'
import type { Clock } from './ports.ts'

/** Runs the task of a key, or throws again what its last one met when that was a moment ago. */
export type RetryPause = <T>(key: string, task: () => Promise<T>) => Promise<T>

/**
 * Keeps many requests from asking a server that cannot be reached, each for itself. A first failure may be
 * a blip and pauses nothing; each further one in a row doubles the pause. Anything but an unreachable
 * server ends the row. In memory, per key.
 */
export function createRetryPause(clock: Pick<Clock, 'now'>): RetryPause {
  const rows = new Map<string, { readonly failures: number; readonly at: number; error: unknown }>()

  return async (key, task) => {
    const row = rows.get(key)
    const now = clock.now()
    // A clock that was put back must not make a pause of hours.
    if (row !== undefined && now >= row.at && now < row.at + pauseMs(row.failures)) throw row.error
    try {
      const result = await task()
      rows.delete(key)
      return result
    } catch (error) {
      if (isUnreachable(error))
        rows.set(key, { failures: (row?.failures ?? 0) + 1, at: clock.now(), error })
      else rows.delete(key)
      throw error
    }
  }
}

/** True for `token_unreachable` and `discovery_unreachable`: the server said nothing, so nothing is known of the session. */
export function isUnreachable(error: unknown): boolean {
  return isSignInError(error, 'token_unreachable') || isSignInError(error, 'discovery_unreachable')
}

function pauseMs(failures: number): number {
  if (failures < 2) return 0
  return Math.min(FIRST_RETRY_PAUSE_MS * 2 ** (failures - 2), MAX_RETRY_PAUSE_MS)
}
