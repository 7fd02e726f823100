import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import {
  QUIET,
  step,
  type IncidentEvent,
  type IncidentState,
} from '../../site/src/history/incidents.ts'

const START_MS = Date.parse('2026-11-23T00:00:00Z')
const INTERVAL_MS = 300_000
type Seen = 'ok' | 'degraded' | 'bad' | 'unknown'

/** One observation per interval, by letters: o, d, b, u; capitals have another finding. */
function play(letters: string): readonly IncidentEvent[] {
  const verdicts: Readonly<Record<string, Seen>> = {
    o: 'ok',
    d: 'degraded',
    b: 'bad',
    u: 'unknown',
  }
  let state: IncidentState = QUIET
  return Array.from(letters).flatMap((letter, index) => {
    const verdict = verdicts[letter.toLowerCase()] ?? 'ok'
    const finding = letter === letter.toLowerCase() ? 'response-status' : 'drift-unknown-bytes'
    const stepped = step(state, {
      path: '/oauth/client.json',
      at: new Date(START_MS + index * INTERVAL_MS).toISOString(),
      verdict,
      findings: verdict === 'ok' ? [] : [finding],
    })
    state = stepped.state
    return stepped.event === undefined ? [] : [stepped.event]
  })
}
const kinds = (letters: string) => play(letters).map(({ kind }) => kind)

describe('Incidents (issue F.2)', () => {
  it('open at the second failure in a row and close at the second success', () => {
    deepEqual(kinds('obo'), [])
    deepEqual(kinds('bb'), ['opened'])
    deepEqual(kinds('bbbbbo'), ['opened'])
    deepEqual(kinds('bbobo'), ['opened'])
    deepEqual(kinds('bboo'), ['opened', 'closed'])
    deepEqual(kinds('bobobobo'), [])
  })

  it('begin at the first failure, and keep one name from opening to closing', () => {
    const events = play('oobbboo')
    equal(events[0]?.since, '2026-11-23T00:10:00.000Z')
    equal(events[0].incident, 'oauth-client-json-20261123t001000z')
    equal(events[1]?.incident, events[0].incident)
  })

  it('are not moved by runs that saw nothing', () => {
    deepEqual(kinds('bub'), ['opened'])
    deepEqual(kinds('bbuuuu'), ['opened'])
    deepEqual(kinds('bbouo'), ['opened', 'closed'])
  })

  it('change when other findings are seen twice', () => {
    deepEqual(kinds('bbBbB'), ['opened'])
    deepEqual(kinds('bbBB'), ['opened', 'changed'])
    deepEqual(kinds('bbBBBB'), ['opened', 'changed'])
    deepEqual(play('bbBB')[1]?.findings, ['drift-unknown-bytes'])
  })

  it('of a flapping target become one long incident instead of many', () => {
    const events = kinds('bboo'.repeat(40))
    ok(events.filter((kind) => kind === 'opened').length <= 5, events.join())
    equal(kinds('bboo'.repeat(2)).length, 4)
  })

  it('close in the end, whatever came before', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('o', 'd', 'b', 'B', 'u'), maxLength: 300 }),
        (letters) => {
          const events = kinds(`${letters}${'o'.repeat(16)}`)
          const opened = events.filter((kind) => kind === 'opened').length
          const closed = events.filter((kind) => kind === 'closed').length
          equal(opened, closed)
          // Never two openings without a closing between them.
          const turns = events.filter((kind) => kind !== 'changed')
          turns.forEach((kind, index) => equal(kind, index % 2 === 0 ? 'opened' : 'closed'))
        },
      ),
    )
  })
})
