import { deepEqual, ok } from 'node:assert/strict'
import { evaluate } from '../../site/src/client-metadata/evaluate.ts'
import {
  BASE,
  JWKS_URI,
  KEY,
  KEYED,
  ORIGIN,
  URL_HERE,
  bytes,
  idsOf,
  ofMembers,
} from '../support/judged-document.ts'

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
  [
    'B4.30 none among the choices only',
    {
      ...KEYED,
      jwks_uri: JWKS_URI,
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    },
    ['auth-choices-unread'],
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

describe('The rules for the members of a document (B2 to B4, C1)', () => {
  for (const [name, members, expected] of MEMBERS)
    it(`${name}: ${expected.join(' ') || 'fine'}`, () =>
      deepEqual([...ofMembers(members)].sort(), [...expected].sort()))

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
