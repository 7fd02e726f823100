import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'

/**
 * What a process of a soak writes down as it happens, one JSON line each, in a way that survives its death.
 * `at`: nanoseconds of the machine's monotonic clock, comparable between processes. Tokens as hashes only.
 */
export type JournalEntry = { readonly at: number } & JournalEvent

export type JournalEvent =
  | { readonly event: 'refresh-sent'; readonly token: string }
  | { readonly event: 'refresh-lost'; readonly token: string }
  | {
      readonly event: 'refresh-answered'
      readonly token: string
      readonly status: number
    }
  | { readonly event: 'saved'; readonly token: string }
  | {
      readonly event: 'begin'
      readonly operation: string
      readonly account: string
      readonly session: string | undefined
    }
  | {
      readonly event: 'end'
      readonly operation: string
      readonly account: string
      readonly session: string | undefined
      /** `ok`, or the code of the failure. */
      readonly outcome: string
      /** An access token that must not have been served. */
      readonly stale: boolean
    }
  | { readonly event: 'exit'; readonly killed: boolean }

export function monotonicNow(): number {
  return Number(process.hrtime.bigint())
}

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 16)
}

export function createJournal(path: string): (event: JournalEvent) => void {
  return (event) => {
    appendFileSync(path, `${JSON.stringify({ at: monotonicNow(), ...event })}\n`)
  }
}

export function readJournal(path: string): readonly JournalEntry[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry)
}
