import { deepEqual, notDeepEqual } from 'node:assert/strict'
import type { JournalEntry, JournalEvent } from '../../scripts/soak/journal.ts'
import { judge, type FinalState, type ProcessRecord } from '../../scripts/soak/judge.ts'
import { createSchedule } from '../../scripts/soak/schedule.ts'

const ACCOUNT = 'ada@example.test'

/** One process's journal; times count up from `start`. */
function processOf(start: number, events: readonly JournalEvent[], killed = false): ProcessRecord {
  const entries = events.map((event, index): JournalEntry => ({ at: start + index, ...event }))
  return { entries, endedAt: start + events.length, killed }
}

const begin = (operation: string): JournalEvent => ({
  event: 'begin',
  operation,
  account: ACCOUNT,
  session: 's',
})
const end = (operation: string, outcome = 'ok', stale = false): JournalEvent => ({
  event: 'end',
  operation,
  account: ACCOUNT,
  session: 's',
  outcome,
  stale,
})
const sent = (token: string): JournalEvent => ({ event: 'refresh-sent', token })
const answered = (token: string, status = 200): JournalEvent => ({
  event: 'refresh-answered',
  token,
  status,
})
const saved = (token: string): JournalEvent => ({ event: 'saved', token })
const lostAnswer = (token: string): JournalEvent => ({ event: 'refresh-lost', token })

const final = (outcome: string, storedToken?: string): FinalState => ({
  account: ACCOUNT,
  outcome,
  storedToken,
  sessions: outcome === 'missing' ? 0 : 1,
})

const CLEAN = { lost: [], destroyed: [], doubleRefreshes: [], staleTokens: [], duplicates: [] }

describe('The judge of a soak', () => {
  it('finds nothing in a refresh that was saved', () => {
    const record = processOf(1, [
      begin('access'),
      sent('a'),
      answered('a'),
      saved('b'),
      end('access'),
    ])
    deepEqual(judge([record], [final('ok', 'b')]), CLEAN)
  })

  it('calls a session lost when nothing explains it', () =>
    deepEqual(judge([], [final('refresh_lost', 'a')]).lost, [`${ACCOUNT}: refresh_lost`]))

  it('blames the schedule when it destroyed the only answer, and nothing else', () => {
    const cut = processOf(1, [begin('access'), sent('a'), lostAnswer('a'), end('access', 'x')])
    deepEqual(judge([cut], [final('refresh_lost', 'a')]), { ...CLEAN, destroyed: [ACCOUNT] })
    const killed = processOf(1, [begin('access'), sent('a')], true)
    deepEqual(judge([killed], [final('refresh_lost', 'a')]).lost, [])
    deepEqual(judge([cut], [final('refresh_lost', 'other')]).lost.length, 1)
  })

  it('sees a token that two processes sent, and not one that a dead process had sent', () => {
    const first = processOf(1, [begin('access'), sent('a'), answered('a'), saved('b')])
    const second = processOf(2, [begin('access'), sent('a'), answered('a', 400)])
    deepEqual(judge([first, second], [final('ok')]).doubleRefreshes, ['a'])
    const dead = processOf(1, [begin('access'), sent('a')], true)
    const heir = processOf(10, [begin('access'), sent('a'), answered('a', 400)])
    deepEqual(judge([dead, heir], [final('ok')]).doubleRefreshes, [])
    const next = processOf(20, [begin('access'), sent('a'), answered('a', 400)])
    deepEqual(judge([dead, heir, next], [final('ok')]).doubleRefreshes, [])
  })

  it('sees tokens served after their end or after a sign-out', () => {
    const stale = processOf(1, [begin('access'), end('access', 'ok', true)])
    deepEqual(judge([stale], [final('ok')]).staleTokens.length, 1)
    const signOut = processOf(1, [begin('sign-out'), end('sign-out')])
    const late = processOf(10, [begin('access'), end('access')])
    deepEqual(judge([signOut, late], [final('missing')]).staleTokens.length, 1)
  })

  it('expects no session after a sign-out, and one after a sign-in that followed it', () => {
    const signOut = processOf(1, [begin('sign-out'), end('sign-out')])
    deepEqual(judge([signOut], [final('missing')]).lost, [])
    const signIn = processOf(10, [begin('sign-in'), end('sign-in')])
    deepEqual(judge([signOut, signIn], [final('missing')]).lost, [`${ACCOUNT}: missing`])
  })
})

describe('The schedule of a soak', () => {
  it('is the same for the same seed, and another for another', () => {
    deepEqual(createSchedule(7), createSchedule(7))
    notDeepEqual(createSchedule(7), createSchedule(8))
  })
})
