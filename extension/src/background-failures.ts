import { isSignInError } from '@signet/core'
import type { Log } from './log.ts'

/** What went wrong where nobody had asked for anything. */
export type BackgroundFailure = (error: unknown, what: string) => void

/**
 * Goes to the log; a secret storage that does not answer (on Linux: no keyring) is said to the person, too,
 * because nothing here can work without it, but once. `report` shows one failure.
 */
export function createBackgroundFailures(
  log: Pick<Log, 'failure'>,
  report: (error: unknown, what: string) => void,
): BackgroundFailure {
  let said = false
  return (error, what) => {
    if (said || !isSignInError(error, 'store_unavailable')) {
      log.failure(what, error)
      return
    }
    said = true
    report(error, what)
  }
}
