import { deepEqual, equal, ok } from 'node:assert/strict'
import { evaluate } from '../../site/src/client-metadata/evaluate.ts'
import { PROFILES } from '../../site/src/client-metadata/profiles.ts'
import { REAL_DOCUMENTS } from '../fixtures/real-documents.ts'

const MCP = PROFILES.filter(({ mcp }) => mcp).map(({ id }) => id)

describe('Documents that real clients publish (specs.md F)', () => {
  for (const { client, reported, document, ...expected } of REAL_DOCUMENTS) {
    it(`${client}: ${expected.verdict}, as ${reported} says`, () => {
      const { verdict, findings, profiles } = evaluate({
        clientId: undefined,
        body: new TextEncoder().encode(JSON.stringify(document)),
        response: undefined,
        fetchFindings: [],
        keySet: undefined,
        profiles: MCP,
        allowLoopback: false,
      })
      const judged = Object.entries(profiles)
      deepEqual(
        Object.fromEntries(judged.flatMap(([id, { step }]) => (step === null ? [] : [[id, step]]))),
        expected.rejectedBy,
      )
      deepEqual(
        Object.fromEntries(
          judged.flatMap(([id, { lost }]) => (lost.length === 0 ? [] : [[id, lost]])),
        ),
        expected.lossy,
      )
      const ids = findings.map(({ id }) => id)
      for (const id of expected.findings) ok(ids.includes(id), `${id}, not in ${ids.join(' ')}`)
      equal(verdict, expected.verdict, ids.join(' '))
    })
  }
})
