import { deepEqual, equal, ok } from 'node:assert/strict'
import { evaluate } from '../../site/src/client-metadata/evaluate.ts'
import { PROFILES } from '../../site/src/client-metadata/profiles.ts'
import { REAL_DOCUMENTS } from '../fixtures/real-documents.ts'

const MCP = PROFILES.filter(({ mcp }) => mcp).map(({ id }) => id)

function judged(document: object) {
  return evaluate({
    clientId: undefined,
    body: new TextEncoder().encode(JSON.stringify(document)),
    response: undefined,
    fetchFindings: [],
    keySet: undefined,
    profiles: MCP,
    allowLoopback: false,
  })
}

/** Of the clients in specs.md (f), the five whose reports are the newest. */
const LATEST = REAL_DOCUMENTS.flatMap(({ latest, ...rest }) =>
  latest === undefined ? [] : [{ ...rest, ...latest }],
).sort((one, other) => other.at.localeCompare(one.at))

describe('The five real documents that were reported last (issue E, specs.md F)', () => {
  it('are these', () =>
    deepEqual(
      LATEST.map(({ client, at }) => `${at} ${client}`),
      [
        '2026-09-22 Smithery',
        '2026-09-20 ChatGPT',
        '2026-09-18 GitHub Copilot CLI',
        '2026-09-10 MCPJam',
        '2026-08-12 VS Code',
      ],
    ))

  for (const { client, at, reported, document, finding, refusedBy } of LATEST)
    it(`${client}: ${finding}, as ${reported} said on ${at}`, () => {
      const { findings, profiles, stoppedAt } = judged(document)
      ok(findings.some(({ id }) => id === finding))
      // A fault of one server is no fault of the document: no report says that every server refuses.
      equal(stoppedAt, undefined)
      if (refusedBy !== undefined) equal(profiles[refusedBy]?.verdict, 'rejected')
    })
})

describe('Documents that real clients publish (specs.md F)', () => {
  for (const { client, reported, document, ...expected } of REAL_DOCUMENTS) {
    it(`${client}: ${expected.verdict}, as ${reported} says`, () => {
      const { verdict, findings, profiles } = judged(document)
      const each = Object.entries(profiles)
      deepEqual(
        Object.fromEntries(each.flatMap(([id, { step }]) => (step === null ? [] : [[id, step]]))),
        expected.rejectedBy,
      )
      deepEqual(
        Object.fromEntries(
          each.flatMap(([id, { lost }]) => (lost.length === 0 ? [] : [[id, lost]])),
        ),
        expected.lossy,
      )
      const ids = findings.map(({ id }) => id)
      for (const id of expected.findings) ok(ids.includes(id), `${id}, not in ${ids.join(' ')}`)
      equal(verdict, expected.verdict, ids.join(' '))
    })
  }
})
