import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import {
  isNewerSession,
  parseSession,
  serializeSession,
  sessionInfo,
  type Session,
} from '../../../extension/core/src/session.ts'
import { anyJson, damaged, RUNS } from '../../support/hostile-values.ts'
import { readableLabel } from '../../../extension/core/src/account.ts'

const text = fc.string({ unit: 'binary', maxLength: 40 })
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
const proofKey = {
  publicKey: { kty: 'EC', x: 'x' },
  privateKey: { kty: 'EC', d: 'the-private-part' },
}
const plain = fc.record({
  accessToken: fc.constant('the-access-token'),
  refreshToken: maybe(fc.constant('the-refresh-token')),
})

const session: fc.Arbitrary<Session> = fc
  .tuple(
    fc.record({
      formatVersion: fc.constant(1 as const),
      id: text,
      server: text,
      resource: text,
      issuer: text,
      clientId: text,
      registration: fc.constantFrom('pre-registered' as const, 'cimd' as const, 'dcr' as const),
      redirectUri: maybe(text),
      accountKey: maybe(text),
      accountLabel: maybe(text).map((label) =>
        label === undefined ? undefined : readableLabel(label),
      ),
      accountNamed: fc.boolean(),
      scopes: fc.array(text, { maxLength: 4 }),
      requestedScopes: fc.array(text, { maxLength: 4 }),
      expiresAt: maybe(fc.maxSafeInteger()),
      createdAt: fc.maxSafeInteger(),
      signedOut: fc.boolean(),
    }),
    plain,
    fc.constantFrom(
      { tokenType: 'bearer' as const, proofKey: undefined },
      { tokenType: 'dpop' as const, proofKey },
    ),
  )
  .map(([facts, tokens, kind]) => ({ ...facts, ...tokens, ...kind }))

describe('Any stored session (A7.47)', () => {
  it('is read back as it was written', () =>
    fc.assert(
      fc.property(session, (written) => {
        deepEqual(parseSession(serializeSession(written)), written)
      }),
      RUNS,
    ))

  it('shows no token and no key in what views and commands get', () =>
    fc.assert(
      fc.property(session, (written) => {
        equal(
          /the-(access|refresh)-token|the-private-part/.test(JSON.stringify(sessionInfo(written))),
          false,
        )
      }),
      RUNS,
    ))

  it('is read whole or not at all, whatever the store holds', () => {
    const entries = fc.oneof(
      session.chain((written) =>
        damaged(JSON.parse(serializeSession(written)) as Record<string, unknown>),
      ),
      anyJson,
    )
    fc.assert(
      fc.property(entries, (entry) => {
        const read = parseSession(JSON.stringify(entry))
        if (read === undefined) return
        for (const value of [
          read.id,
          read.server,
          read.resource,
          read.issuer,
          read.clientId,
          read.accessToken,
        ])
          equal(typeof value, 'string')
        ok([...read.scopes, ...read.requestedScopes].every((scope) => typeof scope === 'string'))
        equal(
          read.tokenType === 'dpop',
          read.proofKey !== undefined,
          'a bound token without its key is none',
        )
        deepEqual(parseSession(serializeSession(read)), read, 'a second reading changes nothing')
      }),
      { ...RUNS, numRuns: 1_000 },
    )
  })

  it('that is cut off is not read, nor taken for a newer one', () => {
    fc.assert(
      fc.property(session, fc.nat(), (written, at) => {
        const whole = serializeSession(written)
        const part = whole.slice(0, at % whole.length)
        equal(parseSession(part), undefined)
        equal(isNewerSession(part), false)
      }),
      RUNS,
    )
  })
})
