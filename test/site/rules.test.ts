import { deepEqual, equal, ok } from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { evaluate, STEPS, type EvaluationInput } from '../../site/src/client-metadata/evaluate.ts'
import { PROFILES, PROFILE_IDS } from '../../site/src/client-metadata/profiles.ts'
import { hostProblem, isPublicAddress } from '../../site/src/client-metadata/public-host.ts'
import { RULES } from '../../site/src/client-metadata/rules.ts'

const URL_HERE = 'https://client.acme-software.dev/oauth/client.json'
const ORIGIN = 'https://client.acme-software.dev'
const BASE = {
  client_id: URL_HERE,
  client_name: 'Acme',
  client_uri: `${ORIGIN}/`,
  logo_uri: `${ORIGIN}/logo.png`,
  policy_uri: `${ORIGIN}/privacy`,
  tos_uri: `${ORIGIN}/terms`,
  application_type: 'native',
  redirect_uris: [
    'http://127.0.0.1/callback',
    'http://127.0.0.1:28630/callback',
    `${ORIGIN}/callback`,
  ],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}
const KEY = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'one', use: 'sig', alg: 'ES256' }
const KEYED = {
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
}
const JWKS_URI = `${ORIGIN}/oauth/jwks.json`

const bytes = (text: string) => new TextEncoder().encode(text)

function idsOf(input: Partial<EvaluationInput>): readonly string[] {
  const { findings } = evaluate({
    clientId: URL_HERE,
    body: undefined,
    response: undefined,
    fetchFindings: [],
    keySet: undefined,
    profiles: [],
    allowLoopback: false,
    ...input,
  })
  return findings.map(({ id }) => id)
}

const ofMembers = (members: object) =>
  idsOf({ body: bytes(JSON.stringify({ ...BASE, ...members })) })
const ofUrl = (clientId: string) => idsOf({ clientId })
const ofHeaders = (headers: Readonly<Record<string, string>>) =>
  idsOf({ response: { status: 200, headers: { ...HEADERS, ...headers }, elapsedMs: 0 } })
const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'public, max-age=600',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '*',
}

/** Each change to a good document, and exactly what is found. */
const MEMBERS: readonly (readonly [string, object, readonly string[]])[] = [
  ['B2.6 nothing', {}, []],
  ['B2.6 a text that is a number', { client_name: 7 }, ['member-type', 'client-name-missing']],
  ['B2.6 no client_name', { client_name: undefined }, ['client-name-missing']],
  ['D15 a deceptive name', { client_name: 'Acme\u202eecma' }, ['client-name-deceptive']],
  ['B2.7 a secret', { client_secret: 'x' }, ['secret-present']],
  [
    'B2.7 a shared-secret method',
    { token_endpoint_auth_method: 'client_secret_post' },
    ['auth-shared-secret'],
  ],
  [
    'B2.8 a private key',
    { ...KEYED, jwks: { keys: [{ ...KEY, d: 'AA' }] } },
    ['key-private', 'keys-inline'],
  ],
  ['B2.9 no method', { token_endpoint_auth_method: undefined }, ['auth-method-missing']],
  [
    'B2.9 another method',
    { token_endpoint_auth_method: 'tls_client_auth' },
    ['auth-method-unusual'],
  ],
  [
    'G11 a list instead',
    { token_endpoint_auth_method: undefined, token_endpoint_auth_methods_supported: ['none'] },
    ['auth-method-only-plural'],
  ],
  [
    'B4.30 a method outside its list',
    { token_endpoint_auth_methods_supported: ['private_key_jwt'] },
    ['auth-method-not-in-choices'],
  ],
  ['B2.10 no application_type', { application_type: undefined }, ['application-type-missing']],
  ['B2.10 web', { application_type: 'web' }, ['application-type-unfit']],
  ['B2.11 an extra grant', { grant_types: [...BASE.grant_types, 'password'] }, ['grants-extra']],
  ['B2.11 no refresh', { grant_types: ['authorization_code'] }, ['grants-without-refresh']],
  ['C1.15 no code', { grant_types: ['refresh_token'] }, ['grants-without-code']],
  ['C1.15 another response', { response_types: ['code', 'token'] }, ['responses-extra']],
  ['C1.15 no code response', { response_types: [] }, ['responses-without-code']],
  ['C1.15 no response_types', { response_types: undefined }, ['responses-missing']],
  ['B2.12 scope', { scope: 'a' }, ['member-behaviour']],
  ['B2.12 skip_consent', { skip_consent: true }, ['member-privileged']],
  ['C5 an unknown member', { colour: 'red' }, ['member-unknown']],
  ['B2.17 a localised name', { 'client_name#de': 'Acme' }, []],
  ['B2.13 a relative address', { logo_uri: 'logo.png' }, ['uri-invalid']],
  [
    'B2.13 http',
    { logo_uri: 'http://client.acme-software.dev/logo.png' },
    ['uri-not-https', 'uri-other-origin'],
  ],
  [
    'B2.13 credentials',
    { logo_uri: 'https://a:b@client.acme-software.dev/logo.png' },
    ['uri-userinfo'],
  ],
  ['B2.13 a fragment', { tos_uri: `${ORIGIN}/terms#one` }, ['uri-fragment']],
  [
    'C2 an address in the local network',
    { tos_uri: 'https://10.0.0.1/' },
    ['uri-private-host', 'uri-other-origin'],
  ],
  [
    'G9 client_uri elsewhere',
    { client_uri: 'https://www.acme-software.dev/' },
    ['client-uri-other-origin'],
  ],
  ['B2.15 an SVG', { logo_uri: `${ORIGIN}/logo.svg` }, ['logo-svg']],
  ['B2.14 no pages', { tos_uri: undefined }, ['consent-page-bare']],
  ['B2.16 a contact', { contacts: ['https://acme-software.dev'] }, ['contacts-not-email']],
  ['B2.16 software_version', { software_version: '1' }, ['software-version-present']],
  ['B4.26 no keys', KEYED, ['keys-missing']],
  [
    'B4.26 keys twice',
    { ...KEYED, jwks: { keys: [KEY] }, jwks_uri: JWKS_URI },
    ['keys-twice', 'keys-inline'],
  ],
  ['B4.26 keys without use', { jwks_uri: JWKS_URI }, ['keys-unused']],
  [
    'B4.26 no algorithm',
    { ...KEYED, jwks_uri: JWKS_URI, token_endpoint_auth_signing_alg: undefined },
    ['auth-algorithm-missing'],
  ],
  [
    'B4.26 HS256',
    { ...KEYED, jwks_uri: JWKS_URI, token_endpoint_auth_signing_alg: 'HS256' },
    ['auth-algorithm-unusable'],
  ],
  [
    'B4.26 an algorithm beside none',
    { token_endpoint_auth_signing_alg: 'ES256' },
    ['auth-algorithm-without-keys'],
  ],
  [
    'B2.13 jwks_uri over http',
    { ...KEYED, jwks_uri: 'http://client.acme-software.dev/jwks' },
    ['jwks-uri-not-https', 'jwks-uri-other-origin'],
  ],
  [
    'B2.13 jwks_uri elsewhere',
    { ...KEYED, jwks_uri: 'https://keys.acme-software.dev/' },
    ['jwks-uri-other-origin'],
  ],
  [
    'B4.27 no keys in the set',
    { ...KEYED, jwks: { keys: [] } },
    ['keys-inline', 'key-set-invalid'],
  ],
  [
    'B4.27 an incomplete key',
    { ...KEYED, jwks: { keys: [{ ...KEY, y: undefined }] } },
    ['keys-inline', 'key-incomplete'],
  ],
  [
    'B4.27 no kid',
    { ...KEYED, jwks: { keys: [{ ...KEY, kid: undefined }] } },
    ['keys-inline', 'key-id-missing'],
  ],
  [
    'B4.27 one kid twice',
    { ...KEYED, jwks: { keys: [KEY, KEY] } },
    ['keys-inline', 'key-id-duplicate'],
  ],
  [
    'B4.27 no use',
    { ...KEYED, jwks: { keys: [{ ...KEY, use: undefined }] } },
    ['keys-inline', 'key-use'],
  ],
  ['B3.19 none', { redirect_uris: [] }, ['redirects-missing']],
  [
    'B3.21 a wildcard',
    { redirect_uris: [...BASE.redirect_uris, 'http://localhost:*/cb'] },
    ['redirect-wildcard'],
  ],
  ['B3.21 relative', { redirect_uris: [...BASE.redirect_uris, '/cb'] }, ['redirect-invalid']],
  [
    'B3.21 a fragment',
    { redirect_uris: [...BASE.redirect_uris, `${ORIGIN}/cb#a`] },
    ['redirect-fragment'],
  ],
  [
    'B3.21 credentials',
    { redirect_uris: [...BASE.redirect_uris, 'https://a@client.acme-software.dev/'] },
    ['redirect-userinfo'],
  ],
  [
    'B3.21 javascript',
    { redirect_uris: [...BASE.redirect_uris, 'javascript:alert(1)'] },
    ['redirect-dangerous-scheme'],
  ],
  [
    'B3.21 http elsewhere',
    { redirect_uris: [...BASE.redirect_uris, 'http://acme-software.dev/cb'] },
    ['redirect-http'],
  ],
  [
    'B3.21 https on loopback',
    { redirect_uris: [...BASE.redirect_uris, 'https://127.0.0.1/cb'] },
    ['redirect-https-loopback', 'redirect-other-origin'],
  ],
  [
    'B3.22 a custom scheme',
    { redirect_uris: [...BASE.redirect_uris, 'vscode://acme.acme/cb'] },
    ['redirect-custom-scheme'],
  ],
  [
    'G4 no path',
    { redirect_uris: [...BASE.redirect_uris, 'http://127.0.0.1:28631'] },
    ['redirect-no-slash'],
  ],
  [
    'B3.19 twice',
    { redirect_uris: [...BASE.redirect_uris, BASE.redirect_uris[0]] },
    ['redirect-duplicate'],
  ],
  [
    'B3.20 localhost',
    { redirect_uris: [...BASE.redirect_uris, 'http://localhost/cb'] },
    ['redirect-localhost'],
  ],
  [
    'B3.20 no fixed port',
    { redirect_uris: ['http://127.0.0.1/cb', `${ORIGIN}/cb`] },
    ['redirect-no-fixed-port'],
  ],
  [
    'B3.20 no open port',
    { redirect_uris: ['http://127.0.0.1:28630/cb', `${ORIGIN}/cb`] },
    ['redirect-no-open-port'],
  ],
  [
    'B3.24 loopback only',
    { redirect_uris: BASE.redirect_uris.slice(0, 2) },
    ['redirect-loopback-only'],
  ],
  [
    'G15 https elsewhere',
    { redirect_uris: [...BASE.redirect_uris, 'https://acme-software.dev/cb'] },
    ['redirect-other-origin'],
  ],
]

const URLS: readonly (readonly [string, readonly string[]])[] = [
  [URL_HERE, []],
  ['http://client.acme-software.dev/client.json', ['url-not-https', 'url-no-json-suffix']],
  ['https://client.acme-software.dev', ['url-no-path', 'url-no-json-suffix']],
  ['https://client.acme-software.dev/', ['url-root-path', 'url-no-json-suffix']],
  [`${URL_HERE}#a`, ['url-fragment']],
  ['https://a:b@client.acme-software.dev/c.json', ['url-userinfo']],
  [`${ORIGIN}/a/../c.json`, ['url-dot-segments']],
  [`${ORIGIN}/a/%2E%2e/c.json`, ['url-dot-segments', 'url-encoded-unreserved']],
  [`${ORIGIN}/%zz.json`, ['url-percent-encoding']],
  [`${ORIGIN}/a b.json`, ['url-characters']],
  [`${ORIGIN}\\a.json`, ['url-characters', 'url-no-path', 'url-no-json-suffix']],
  [`${URL_HERE}?v=1`, ['url-query']],
  [`${ORIGIN}/${'a'.repeat(100)}.json`, ['url-too-long']],
  [`${ORIGIN}/caf\u00e9.json`, ['url-not-ascii']],
  ['https://cl\u0456ent.acme-software.dev/c.json', ['url-not-ascii']],
  ['https://CLIENT.acme-software.dev/c.json', ['url-not-canonical']],
  [`${ORIGIN}:443/c.json`, ['url-not-canonical', 'url-port']],
  [`${ORIGIN}:8443/c.json`, ['url-port']],
  [`${ORIGIN}/%6fauth.json`, ['url-encoded-unreserved']],
  ['https://acme.github.io/client.json', ['url-github-io']],
  ['https://signet.example/oauth/client.json', ['url-reserved-name']],
  ['https://host:port/c.json', ['url-unparsable']],
  ['https://localhost/c.json', ['url-private-host']],
  ['https://foo.localhost/c.json', ['url-private-host']],
  ['https://localhost./c.json', ['url-private-host']],
  ['https://0x7f.1/c.json', ['url-not-canonical', 'url-private-host']],
]

const ANSWERS: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
  [{}, []],
  [{ 'cache-control': 'no-store' }, ['cache-forbidden']],
  [{ vary: '*' }, ['cache-forbidden']],
  [{ 'cache-control': '' }, ['cache-missing']],
  [{ 'cache-control': 'max-age=10' }, ['cache-too-short']],
  [{ 'cache-control': 'max-age=10, s-maxage=600' }, []],
  [{ 'cache-control': 'max-age=31536000, immutable' }, ['cache-too-long']],
  [{ 'set-cookie': 'a=b' }, ['response-cookie']],
  [{ 'x-content-type-options': '' }, ['header-nosniff']],
  [{ 'access-control-allow-origin': '' }, ['header-cors']],
  [{ 'content-encoding': 'br' }, ['response-encoded']],
]

describe('The rules for a document (B1 to B5, C1)', () => {
  for (const [name, members, expected] of MEMBERS)
    it(`${name}: ${expected.join(' ') || 'fine'}`, () =>
      deepEqual([...ofMembers(members)].sort(), [...expected].sort()))

  for (const [url, expected] of URLS)
    it(`B1 ${url.slice(0, 60)}: ${expected.join(' ') || 'fine'}`, () =>
      deepEqual([...ofUrl(url)].sort(), [...expected].sort()))

  for (const [headers, expected] of ANSWERS)
    it(`B5 ${JSON.stringify(headers)}: ${expected.join(' ') || 'fine'}`, () =>
      deepEqual(ofHeaders(headers), expected))

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

  it('take a document of nested arrays, of deep objects and of nothing but names', () => {
    const deep = 2500
    ok(idsOf({ body: bytes('['.repeat(deep) + ']'.repeat(deep)) }).includes('text-not-object'))
    ok(idsOf({ body: bytes(`${'{"a":'.repeat(800)}1${'}'.repeat(800)}`) }).length > 0)
    ok(
      idsOf({ body: bytes('{"__proto__":{"client_id":"x"},"constructor":1}') }).includes(
        'client-id-missing',
      ),
    )
  })

  it('show a stranger’s words cut and encoded', () => {
    const { findings } = evaluate({
      clientId: URL_HERE,
      body: bytes(JSON.stringify({ ...BASE, [`\u001b[31m${'x'.repeat(500)}`]: 1 })),
      response: undefined,
      fetchFindings: [],
      keySet: undefined,
      profiles: [],
      allowLoopback: false,
    })
    const [shown = ''] = findings.find(({ id }) => id === 'member-unknown')?.at ?? []
    ok(shown.startsWith('"\\u001b[31mxxx') && shown.length < 120)
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

describe('Which addresses are public (C2)', () => {
  const PRIVATE = [
    '0.0.0.1',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::808:808',
    '100::1',
    '2001::1',
    '2001:1ff::1',
    '4000::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    'fc00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '3fff::1',
    '5f00::1',
    'not an address',
  ]
  for (const address of PRIVATE)
    it(`${address} is not`, () => equal(isPublicAddress(address), false))
  for (const address of ['8.8.8.8', '1.1.1.1', '2606:4700::1111'])
    it(`${address} is`, () => equal(isPublicAddress(address), true))

  it('a name is judged without looking it up', () => {
    equal(hostProblem('localhost.'), 'local-name')
    equal(hostProblem('printer'), 'local-name')
    equal(hostProblem('[::ffff:7f00:1]'), 'special-use-address')
    equal(hostProblem('www.example.com'), 'reserved-name')
    equal(hostProblem('client.acme-software.dev'), undefined)
  })
})
