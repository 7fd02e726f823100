import { equal, ok } from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { clientMetadataSchema, renderSchema } from '../../site/src/client-metadata/schema.ts'
import { RUNS } from '../support/hostile-values.ts'

const published = JSON.parse(renderSchema('production')) as Record<string, unknown>
const validate = new Ajv2020({ strict: true }).compile(published)

const word = fc.string({ minLength: 1, unit: 'grapheme' })
const url = fc
  .tuple(fc.webAuthority({ withPort: true }), fc.webPath())
  .map(([authority, path]) => `https://${authority}${path}`)
/** What comes near an https URL, and what a pattern may take for one. */
const urlLike = fc.oneof(
  url,
  fc.webUrl({ validSchemes: ['http', 'https', 'ftp'] }),
  fc
    .tuple(
      fc.constantFrom('https://', 'HTTPS://', 'https:/', ' https://', 'https://\n'),
      fc.string({ unit: 'binary' }),
    )
    .map((parts) => parts.join('')),
)
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

const publicKey = fc.record(
  {
    kty: fc.constantFrom('EC', 'RSA', 'OKP'),
    kid: word,
    use: fc.constant('sig'),
    alg: word,
    x: word,
  },
  { requiredKeys: ['kty'] },
)
const valid: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    client_id: url,
    client_name: word,
    redirect_uris: fc.array(word, { minLength: 1, maxLength: 4 }),
    client_uri: url,
    logo_uri: url,
    policy_uri: url,
    tos_uri: url,
    application_type: fc.constantFrom('native', 'web'),
    grant_types: fc.array(word, { minLength: 1, maxLength: 3 }),
    response_types: fc.array(word, { maxLength: 2 }),
    token_endpoint_auth_method: fc.constantFrom('none', 'private_key_jwt'),
    token_endpoint_auth_signing_alg: word,
    jwks_uri: url,
    jwks: fc.record({ keys: fc.array(publicKey, { minLength: 1, maxLength: 3 }) }),
    contacts: fc.array(word, { maxLength: 2 }),
    scope: word,
    software_id: word,
    software_version: word,
  },
  { requiredKeys: ['client_id', 'client_name', 'redirect_uris'] },
)

type Document = Readonly<Record<string, unknown>>

/** One change that people and programs make: a member gone, of another shape, doubled, or one that is forbidden. */
const change: fc.Arbitrary<(document: Document) => unknown> = fc.oneof(
  fc.nat().map((index) => (document: Document) => {
    const names = Object.keys(document)
    const gone = names[index % names.length]
    return Object.fromEntries(Object.entries(document).filter(([name]) => name !== gone))
  }),
  fc
    .tuple(fc.nat(), fc.oneof(fc.jsonValue(), urlLike, fc.constantFrom('', null, [], {}, [''], 0)))
    .map(([index, value]) => (document: Document) => {
      const names = Object.keys(document)
      return { ...document, [names[index % names.length] ?? 'client_id']: value }
    }),
  fc
    .tuple(
      fc.constantFrom(
        'client_secret',
        'client_secret_expires_at',
        'client_name#de',
        'x_extra',
        'constructor',
        '__proto__',
      ),
      fc.jsonValue(),
    )
    .map(([name, value]) => (document: Document) => {
      return Object.defineProperty({ ...document }, name, { value, enumerable: true })
    }),
  fc
    .tuple(publicKey, fc.constantFrom(...PRIVATE_MEMBERS, 'n', 'kid', 'use', 'kty'), fc.jsonValue())
    .map(([key, name, value]) => (document: Document) => {
      return { ...document, jwks: { keys: [{ ...key, [name]: value }] } }
    }),
  fc.jsonValue().map((value) => (document: Document) => ({ ...document, jwks: { keys: value } })),
  fc.jsonValue().map((value) => () => value),
)

/** What travels is JSON: a member that is undefined does not exist. */
const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const verdicts = (value: unknown) => [
  validate(travelled(value)),
  clientMetadataSchema.safeParse(travelled(value)).success,
]

describe('The published schema and the one in code, on documents nobody thought of (issue E.1)', () => {
  it('accept the same valid ones', () => {
    fc.assert(
      fc.property(valid, (document: Document) => {
        const [inJsonSchema, inCode] = verdicts(document)
        equal(inJsonSchema, true, JSON.stringify(validate.errors))
        equal(inCode, true)
      }),
      { ...RUNS, numRuns: 300 },
    )
  })

  it('say the same of every one that is nearly valid, and refuse many of them', () => {
    let refused = 0
    fc.assert(
      fc.property(valid, fc.array(change, { minLength: 1, maxLength: 3 }), (document, changes) => {
        let changed: unknown = document
        for (const apply of changes)
          if (typeof changed === 'object' && changed !== null) changed = apply(changed as Document)
        const [inJsonSchema, inCode] = verdicts(changed)
        equal(inJsonSchema, inCode)
        if (inJsonSchema === false) refused += 1
      }),
      { ...RUNS, numRuns: 1000 },
    )
    // Otherwise the documents would say nothing of the rules.
    ok(refused > 300 && refused < 990, String(refused))
  })
})
