import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { acceptRedirect } from '../../../extension/core/src/redirect.ts'
import { ISSUER, REDIRECT, SERVER } from '../../support/fake-world.ts'
import { longestText, outcomeOf, RUNS } from '../../support/hostile-values.ts'

const STATE = 'the-state'
const CODES = [
  'redirect_parameters_invalid',
  'redirect_issuer_missing',
  'redirect_issuer_mismatch',
  'redirect_state_unknown',
  'authorization_denied',
  'authorization_failed',
]
const pending = {
  url: '',
  state: STATE,
  codeVerifier: 'verifier',
  issuer: ISSUER,
  resource: SERVER,
  redirectUri: REDIRECT,
  clientId: 'https://client.test/oauth/client.json',
  scopes: undefined,
}
const judge = async (query: string, announced: boolean, redirectUri = REDIRECT) =>
  await outcomeOf(() =>
    acceptRedirect(
      { issuer: ISSUER, authorization_response_iss_parameter_supported: announced },
      pending,
      { redirectUri, parameters: new URLSearchParams(query) },
    ),
  )

const names = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'response',
  'id_token',
  'token',
  'x',
]
const values = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(STATE, ISSUER, 'c', '') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      `${ISSUER}/`,
      'https://evil.test',
      STATE.toUpperCase(),
      'access_denied',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5_000 }) },
)
const query = fc
  .array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 6 })
  .map((pairs) => new URLSearchParams(pairs).toString())
/** A good response with more on it: what an attacker who can add to a response would send. */
const extended = query.map(
  (more) => `code=c&state=${STATE}&iss=${encodeURIComponent(ISSUER)}&${more}`,
)

describe('Any callback query (A5.31 to A5.36)', () => {
  it('is refused by a code, or has one code, our state, and no other issuer', async () => {
    const queries = fc.oneof(query, extended, fc.string({ unit: 'binary', maxLength: 100 }))
    await fc.assert(
      fc.asyncProperty(queries, fc.boolean(), async (text, announced) => {
        const { value, error } = await judge(text, announced)
        if (error !== undefined) {
          ok(CODES.includes(error.code), error.code)
          ok(longestText(error.detail) <= 4_096, 'bounded')
          return
        }
        const sent = new URLSearchParams(text)
        for (const name of names) ok(sent.getAll(name).length <= 1 || name === 'x', name)
        equal(sent.get('state'), STATE)
        ok((sent.get('code') ?? '') !== '')
        equal(sent.get('iss') ?? (announced ? undefined : ISSUER), ISSUER)
        equal(value.get('code'), sent.get('code'))
        for (const name of ['error', 'response', 'id_token', 'token'])
          equal(sent.has(name), false, name)
      }),
      { ...RUNS, numRuns: 1_000 },
    )
  })

  it('shows no error before its issuer and its state hold (A5.33)', async () => {
    const errors = fc.string({ minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(
        errors,
        values,
        values,
        fc.boolean(),
        async (error, state, iss, announced) => {
          const outcome = await judge(
            new URLSearchParams({ error, state, iss }).toString(),
            announced,
          )
          if (
            outcome.error?.code !== 'authorization_failed' &&
            outcome.error?.code !== 'authorization_denied'
          )
            return
          equal(state, STATE)
          equal(iss, ISSUER)
        },
      ),
      { ...RUNS, numRuns: 500 },
    )
  })

  it('counts on its own redirect URI only (A5.34)', async () => {
    const good = `code=c&state=${STATE}&iss=${encodeURIComponent(ISSUER)}`
    equal((await judge(good, true)).error, undefined)
    const places = fc.oneof(
      fc.webUrl(),
      fc.constantFrom(`${REDIRECT}/`, `${REDIRECT}?`, REDIRECT.replace('127.0.0.1', 'localhost')),
    )
    await fc.assert(
      fc.asyncProperty(places, async (place) => {
        equal((await judge(good, true, place)).error?.code, 'redirect_uri_mismatch')
      }),
      RUNS,
    )
  })
})
