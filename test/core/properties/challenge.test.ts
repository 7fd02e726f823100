import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { readChallenge } from '@signet/core'
import { RUNS } from '../../support/hostile-values.ts'

const read = async (header: string) =>
  await readChallenge(new Response(null, { status: 401, headers: { 'www-authenticate': header } }))

/** What a header may hold at all (RFC 9110 section 5.5); anything else never reaches this client. */
const headerText = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('"', '\\', ',', ' ', '=', ';', '\t') },
    {
      weight: 4,
      arbitrary: fc.constantFrom('Bearer', 'DPoP', 'scope=', 'resource_metadata="', 'error'),
    },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
    },
  ),
  maxLength: 60,
})

const scopeToken = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 12,
})
const quoted = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`

describe('Any WWW-Authenticate header (A1.2)', () => {
  it('is read or ignored, never an exception, and gives nothing that it does not hold', async () => {
    await fc.assert(
      fc.asyncProperty(headerText, async (header) => {
        const challenge = await read(header)
        if (challenge === undefined) return
        const unescaped = header.replace(/\\(.)/g, '$1')
        for (const text of [
          challenge.resourceMetadata,
          challenge.error,
          ...(challenge.scopes ?? []),
        ]) {
          if (text !== undefined) ok(header.includes(text) || unescaped.includes(text))
        }
      }),
      { ...RUNS, numRuns: 1_000 },
    )
  })

  it('gives back what was written in quotes, escapes and other challenges notwithstanding', async () => {
    const others = fc.constantFrom('', 'Basic realm="Bearer scope=\\"x\\"", ', 'Negotiate, ')
    await fc.assert(
      fc.asyncProperty(
        others,
        fc.array(scopeToken, { minLength: 1, maxLength: 4 }),
        fc.webUrl(),
        fc.constantFrom('Bearer', 'bearer', 'DPoP', 'DPOP'),
        async (before, scopes, url, scheme) => {
          const header = `${before}${scheme} scope=${quoted(scopes.join(' '))}, resource_metadata=${quoted(url)}`
          const challenge = await read(header)
          ok(challenge)
          deepEqual(challenge.scopes, scopes)
          equal(challenge.resourceMetadata, url)
          equal(challenge.dpop, scheme.toLowerCase() === 'dpop')
        },
      ),
      RUNS,
    )
  })
})
