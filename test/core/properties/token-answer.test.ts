import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { exchange } from '../../../extension/core/src/exchange.ts'
import { acceptRedirect } from '../../../extension/core/src/redirect.ts'
import { fakeClock, json } from '../../support/fake-ports.ts'
import {
  CLIENT_ID,
  ISSUER,
  REDIRECT,
  SERVER,
  TOKEN,
  tokenDocument,
} from '../../support/fake-world.ts'
import { anyJson, damaged, longestText, outcomeOf, RUNS } from '../../support/hostile-values.ts'

/** A date that every calendar and every JSON parser still holds. */
const LATEST_MS = Date.UTC(2100, 0)

const { signal } = new AbortController()
const clock = fakeClock()
const issuer = { issuer: ISSUER, token_endpoint: TOKEN }
const identity = {
  kind: 'cimd',
  issuer: ISSUER,
  clientId: CLIENT_ID,
  authentication: { method: 'none' },
} as const
const pending = {
  url: '',
  state: 'the-state',
  codeVerifier: 'v'.repeat(43),
  issuer: ISSUER,
  resource: SERVER,
  redirectUri: REDIRECT,
  clientId: CLIENT_ID,
  scopes: ['asked'],
}
const redirect = acceptRedirect(issuer, pending, {
  redirectUri: REDIRECT,
  parameters: new URLSearchParams({ code: 'c', state: pending.state }),
})
const answered = async (answer: () => Response) => {
  const ports = { fetch: async () => answer(), clock }
  return await outcomeOf(
    async () => await exchange(ports, issuer, identity, pending, redirect, undefined, signal),
  )
}

describe('Any token answer (A6.37 to A6.41)', () => {
  it('is refused by a code, or holds a token that can be sent and a date that can be shown', async () => {
    const bodies = fc.oneof(anyJson, damaged(tokenDocument({ scope: 'read', id_token: 'a.b.c' })))
    await fc.assert(
      fc.asyncProperty(
        bodies,
        fc.constantFrom(200, 201, 400, 401, 429, 500),
        async (body, status) => {
          const { value, error } = await answered(() => json(body, status))
          if (error !== undefined) {
            ok(
              ['token_invalid', 'token_refused', 'token_unreachable'].includes(error.code),
              error.code,
            )
            ok(longestText(error.detail) <= 1_000, 'bounded')
            return
          }
          equal(status, 200)
          new Headers({ authorization: `Bearer ${value.accessToken}` })
          equal(value.tokenType, 'bearer')
          ok(
            value.expiresAt === undefined ||
              (value.expiresAt >= clock.now() && value.expiresAt < LATEST_MS),
          )
          ok(value.scopes.every((scope) => scope !== ''))
        },
      ),
      { ...RUNS, numRuns: 500 },
    )
  })

  const lifetimes = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(-1, 0, 1e308, 2 ** 53, 1e15),
  )
  it('never gives a token an end that is no date, whatever expires_in is', async () => {
    const spellings = fc
      .tuple(lifetimes, fc.boolean())
      .map(([seconds, text]) => (text ? String(seconds) : seconds))
    await fc.assert(
      fc.asyncProperty(spellings, async (expiresIn) => {
        const { value, error } = await answered(() =>
          json(tokenDocument({ expires_in: expiresIn })),
        )
        if (error !== undefined) {
          equal(error.code, 'token_invalid')
          return
        }
        ok(value.expiresAt === undefined || Number.isFinite(new Date(value.expiresAt).getTime()))
      }),
      { ...RUNS, numRuns: 300 },
    )
  })

  it('is of the one type asked for (D7)', async () => {
    const types = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('Bearer', 'BEARER', 'DPoP', 'mac', 'constructor', '__proto__'),
    )
    await fc.assert(
      fc.asyncProperty(types, async (type) => {
        const { error } = await answered(() => json(tokenDocument({ token_type: type })))
        equal(error?.code, type.toLowerCase() === 'bearer' ? undefined : 'token_invalid')
      }),
      RUNS,
    )
  })

  it('that is no JSON, or not all of it, is refused', async () => {
    const whole = JSON.stringify(tokenDocument())
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.integer({ min: 0, max: whole.length - 1 }).map((length) => whole.slice(0, length)),
    )
    const headers = { 'content-type': 'application/json' }
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        equal((await answered(() => new Response(text, { headers }))).error?.code, 'token_invalid')
      }),
      RUNS,
    )
  })
})
