import { deepEqual, equal, ok } from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { evaluate, STEPS } from '../../site/src/client-metadata/evaluate.ts'
import { PROFILES, PROFILE_IDS } from '../../site/src/client-metadata/profiles.ts'
import { RULES } from '../../site/src/client-metadata/rules.ts'
import { BASE, HEADERS, URL_HERE, bytes, idsOf } from '../support/judged-document.ts'

describe('All rules', () => {
  it('have one id each, a section and words of their own', () => {
    const ids = RULES.map(({ id }) => id)
    deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    )
    for (const { message, fix, section, step } of RULES) {
      ok(message.endsWith('.') && fix.endsWith('.') && section !== '')
      ok(step >= 1 && step <= STEPS.length)
    }
  })
})

describe('The steps of an evaluation (C1)', () => {
  it('do not look into a body that came compressed: opening one is how little becomes much', () => {
    const response = {
      status: 200,
      headers: { ...HEADERS, 'content-encoding': 'gzip' },
      elapsedMs: 0,
    }
    deepEqual(idsOf({ body: gzipSync(JSON.stringify(BASE)), response }), ['response-encoded'])
    const identity = { ...response, headers: { ...HEADERS, 'content-encoding': 'identity' } }
    deepEqual(idsOf({ body: bytes(JSON.stringify(BASE)), response: identity }), [])
  })

  it('are nineteen, and end for a server at the first that fails', () => {
    const { stoppedAt, steps } = evaluate({
      clientId: URL_HERE,
      body: bytes(JSON.stringify({ ...BASE, client_secret: 'x', redirect_uris: [] })),
      response: undefined,
      fetchFindings: [],
      keySet: undefined,
      profiles: [],
      allowLoopback: false,
    })
    equal(steps.length, 19)
    equal(stoppedAt, 11)
    equal(steps.find(({ number }) => number === 10)?.result, 'passed')
    equal(steps.find(({ number }) => number === 11)?.result, 'failed')
    equal(steps.find(({ number }) => number === 12)?.result, 'left-out')
  })

  it('are kept in their order by every profile', () => {
    for (const { id, rules } of PROFILES) {
      const order = rules.map(({ step }) => step)
      deepEqual(
        order,
        [...order].sort((left, right) => left - right),
        id,
      )
      equal(new Set(rules.map((rule) => rule.id)).size, rules.length, id)
    }
    equal(PROFILE_IDS.length, 8)
  })
})
