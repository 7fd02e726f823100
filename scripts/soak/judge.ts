import type { JournalEntry } from './journal.ts'

/** What one process wrote, and when it ended. */
export interface ProcessRecord {
  readonly entries: readonly JournalEntry[]
  readonly endedAt: number
  readonly killed: boolean
}

/** How an account's session answered when everything was over, with time and network as they should be. */
export interface FinalState {
  readonly account: string
  /** `ok`, `missing`, or the code that its refresh failed with. */
  readonly outcome: string
  /** Hash of the refresh token that was stored before that; undefined: none. */
  readonly storedToken: string | undefined
  readonly sessions: number
}

export interface Verdict {
  /** Accounts that should be signed in and are not, for no reason the schedule gave, with their outcome. */
  readonly lost: readonly string[]
  /**
   * Accounts whose new refresh token the schedule destroyed between the server and the store (answer cut
   * off, process killed): with rotation and reuse detection no client can keep those.
   */
  readonly destroyed: readonly string[]
  /** Refresh tokens that were sent again although their first use had gone well, or was under way. */
  readonly doubleRefreshes: readonly string[]
  /** Operations that were served a token that had ended, was just refused, or belonged to nobody any more. */
  readonly staleTokens: readonly string[]
  /** Accounts with more than one session. */
  readonly duplicates: readonly string[]
}

/** Journals and final states → what went wrong. Pure. */
export function judge(processes: readonly ProcessRecord[], finals: readonly FinalState[]): Verdict {
  const uses = refreshUses(processes)
  const bad = finals.filter(
    ({ account, outcome }) => outcome !== 'ok' && shouldBeSignedIn(account, processes),
  )
  const isDestroyed = (state: FinalState) => destroyedBySchedule(state, uses)
  const accounts = (states: readonly FinalState[]) => states.map(({ account }) => account)
  return {
    lost: bad
      .filter((state) => !isDestroyed(state))
      .map(({ account, outcome }) => `${account}: ${outcome}`),
    destroyed: accounts(bad.filter(isDestroyed)),
    doubleRefreshes: doubleUses(uses),
    staleTokens: staleUses(processes),
    duplicates: accounts(finals.filter(({ sessions }) => sessions > 1)),
  }
}

/** The last token of the account that was used or stored had been spent in a use that was destroyed. */
function destroyedBySchedule(
  { account, storedToken }: FinalState,
  uses: readonly RefreshUse[],
): boolean {
  const last =
    storedToken ??
    uses
      .filter((use) => use.account === account)
      .toSorted((a, b) => a.from - b.from)
      .at(-1)?.token
  return uses.some(({ token, fate }) => token === last && fate === 'destroyed')
}

interface RefreshUse {
  readonly account: string | undefined
  readonly token: string
  readonly from: number
  readonly to: number
  /** Saved: the new token is in the store. Refused: the server said no. Destroyed: see Verdict. */
  readonly fate: 'saved' | 'refused' | 'destroyed'
}

function refreshUses(processes: readonly ProcessRecord[]): readonly RefreshUse[] {
  return processes.flatMap(({ entries, endedAt }) =>
    entries.flatMap((entry, index): readonly RefreshUse[] => {
      if (entry.event !== 'refresh-sent') return []
      const { token, at: from } = entry
      const during = entries.slice(0, index).findLast(({ event }) => event === 'begin')
      const account = during?.event === 'begin' ? during.account : undefined
      const later = entries.slice(index + 1)
      const end = later.find(
        (next) =>
          (next.event === 'refresh-lost' || next.event === 'refresh-answered') &&
          next.token === token,
      )
      if (end?.event === 'refresh-answered' && end.status !== 200)
        return [{ account, token, from, to: end.at, fate: 'refused' }]
      const saved =
        end?.event === 'refresh-answered'
          ? later.slice(later.indexOf(end)).find((next) => next.event === 'saved')
          : undefined
      return saved === undefined
        ? [{ account, token, from, to: end?.at ?? endedAt, fate: 'destroyed' }]
        : [{ account, token, from, to: saved.at, fate: 'saved' }]
    }),
  )
}

/**
 * A second use is wrong while an earlier one was under way, or had brought a new token. What was refused may
 * be asked again by who did not hear of it, and what was destroyed nobody can know of.
 */
function doubleUses(uses: readonly RefreshUse[]): readonly string[] {
  const sorted = [...uses].sort((a, b) => a.from - b.from)
  return sorted
    .filter((use, index) =>
      sorted
        .slice(0, index)
        .some(
          (earlier) =>
            earlier.token === use.token && (earlier.fate === 'saved' || earlier.to > use.from),
        ),
    )
    .map(({ token }) => token)
}

/** Everyone was signed in at first; a sign-in counts when it ended after every sign-out of the account. */
function shouldBeSignedIn(account: string, processes: readonly ProcessRecord[]): boolean {
  let lastSignOut = -1
  let lastSignIn = 0
  for (const { entries, endedAt } of processes) {
    for (const [index, entry] of entries.entries()) {
      if (entry.event === 'begin' && entry.account === account && entry.operation === 'sign-out') {
        const end = entries.slice(index + 1).find(({ event }) => event === 'end')
        lastSignOut = Math.max(lastSignOut, end?.at ?? endedAt)
      }
      if (
        entry.event === 'end' &&
        entry.account === account &&
        entry.operation === 'sign-in' &&
        entry.outcome === 'ok'
      )
        lastSignIn = Math.max(lastSignIn, entry.at)
    }
  }
  return lastSignIn > lastSignOut
}

function staleUses(processes: readonly ProcessRecord[]): readonly string[] {
  const ends = processes.flatMap(({ entries }) => entries).filter(({ event }) => event === 'end')
  const stale = ends.filter((entry) => entry.event === 'end' && entry.stale)
  const signOuts = ends.flatMap((entry) =>
    entry.event === 'end' && entry.operation === 'sign-out' && entry.outcome === 'ok'
      ? [entry]
      : [],
  )
  const afterSignOut = processes.flatMap(({ entries }) =>
    entries.filter((entry, index) => {
      if (entry.event !== 'begin' || !isUse(entry.operation)) return false
      const end = entries.slice(index + 1).find(({ event }) => event === 'end')
      const served = end?.event === 'end' && end.outcome === 'ok'
      // A sign-in that waited for the sign-out keeps the id, and is a session of its own.
      const renewed = ends.some(
        (other) =>
          other.event === 'end' &&
          other.operation === 'sign-in' &&
          other.outcome === 'ok' &&
          other.session === entry.session,
      )
      return (
        served &&
        !renewed &&
        signOuts.some(({ at, session }) => session === entry.session && at < entry.at)
      )
    }),
  )
  return [...stale, ...afterSignOut].map((entry) =>
    'operation' in entry ? `${entry.operation} of ${entry.account}` : '',
  )
}

function isUse(operation: string): boolean {
  return operation === 'access' || operation === 'rejected'
}
