import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import type { CheckRun } from '../../site/src/check/run.ts'
import { observe, WHOLE_ORIGIN } from '../../site/src/history/observe.ts'
import { EMPTY, recordOf, type History } from '../../site/src/history/record.ts'
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

describe('A fault of the host (issue F.4)', () => {
  const PATHS = ['/a', '/b', '/c', '/d', '/e', '/f']

  /** A run by the ids that each target has: an empty string is well. */
  function run(ids: readonly string[], index = 0): CheckRun {
    const rule = { severity: 'error', section: '', message: '', fix: '', step: 6, at: [] } as const
    return {
      at: new Date(START_MS + index * INTERVAL_MS).toISOString(),
      verdict: 'ok',
      ms: 1,
      targets: PATHS.map((path, position) => {
        const id = ids[position] ?? ''
        const findings = id === '' ? [] : [{ ...rule, id }]
        const verdict = id === '' ? ('ok' as const) : ('bad' as const)
        return { path, url: path, verdict, findings, ms: 1, certificate: undefined }
      }),
    }
  }
  const told = (runs: readonly (readonly string[])[]) => {
    let history: History = EMPTY
    return runs.flatMap((ids, index) => {
      const record = recordOf(run(ids, index), history)
      history = { ...history, runs: [record] }
      return (record.events ?? []).map(({ kind, path, findings }) =>
        kind === 'closed' ? [kind, path] : [kind, path, ...findings],
      )
    })
  }
  const all = (id: string) => PATHS.map(() => id)

  it('is told once, not once for each target, and so is its end', () => {
    deepEqual(told([all('fetch-timeout'), all('fetch-timeout'), all(''), all('')]), [
      ['opened', WHOLE_ORIGIN, 'fetch-timeout'],
      ['closed', WHOLE_ORIGIN],
    ])
  })

  it('may have several faces', () => {
    const mixed = [
      ...PATHS.slice(3).map(() => 'fetch-timeout'),
      ...PATHS.slice(3).map(() => 'fetch-unreachable'),
    ]
    deepEqual(told([mixed, mixed]), [
      ['opened', WHOLE_ORIGIN, 'fetch-timeout', 'fetch-unreachable'],
    ])
  })

  it('does not hide what is a target’s own, before, beside or after', () => {
    const own = ['drift-unknown-bytes', '', '', '', '', '']
    const both = ['drift-unknown-bytes', ...all('fetch-timeout').slice(1)]
    deepEqual(told([own, own, both, both, own, own, all(''), all('')]), [
      ['opened', '/a', 'drift-unknown-bytes'],
      ['opened', WHOLE_ORIGIN, 'fetch-timeout'],
      ['closed', WHOLE_ORIGIN],
      ['closed', '/a'],
    ])
  })

  it('is not what a few targets have', () => {
    deepEqual(
      told([
        ['x', 'x', '', '', '', ''],
        ['x', 'x', '', '', '', ''],
      ]).map(([kind, path]) => [kind, path]),
      [
        ['opened', '/a'],
        ['opened', '/b'],
      ],
    )
  })

  it('does not end while nobody could look', () => {
    const unknown = {
      ...run(all('')),
      targets: run(all('')).targets.map((each) => ({ ...each, verdict: 'unknown' as const })),
    }
    deepEqual([...new Set(observe(unknown).map(({ verdict }) => verdict))], ['unknown'])
  })
})
