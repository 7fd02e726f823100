import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  diffDocuments,
  isBreaking,
  type DocumentMembers,
} from '../../site/src/client-metadata/diff.ts'
import { changeLine, changesMarkdown } from '../../site/src/client-metadata/diff-words.ts'

const BASE: DocumentMembers = {
  client_id: 'https://id.test/oauth/client.json',
  client_name: 'A',
  redirect_uris: ['http://127.0.0.1/callback', 'https://id.test/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  x_other: 1,
}
const without = (member: string) =>
  Object.fromEntries(Object.entries(BASE).filter(([name]) => name !== member))
const [first, second] = BASE.redirect_uris as [string, string]

describe('What a change of the document means (issue E.3, B3.25, B3.37)', () => {
  for (const [what, after, expected] of [
    ['nothing', { ...BASE }, []],
    ['the order of members', Object.fromEntries(Object.entries(BASE).reverse()), []],
    ['another client_id', { ...BASE, client_id: 'https://id.test/b' }, ['breaking client_id']],
    [
      'one more redirect URI',
      { ...BASE, redirect_uris: [first, second, 'https://id.test/new'] },
      ['additive redirect_uris[https://id.test/new]'],
    ],
    [
      'one redirect URI less',
      { ...BASE, redirect_uris: [first] },
      [`breaking redirect_uris[${second}]`],
    ],
    [
      'a redirect URI with a slash appended',
      { ...BASE, redirect_uris: [first, `${second}/`] },
      [`breaking redirect_uris[${second}]`, `additive redirect_uris[${second}/]`],
    ],
    [
      'redirect URIs in another order',
      { ...BASE, redirect_uris: [second, first] },
      ['additive redirect_uris'],
    ],
    [
      'no redirect URIs',
      without('redirect_uris'),
      [`breaking redirect_uris[${first}]`, `breaking redirect_uris[${second}]`],
    ],
    [
      'a grant some servers do not know',
      {
        ...BASE,
        grant_types: [
          'authorization_code',
          'refresh_token',
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
      },
      ['breaking grant_types[urn:ietf:params:oauth:grant-type:device_code]'],
    ],
    [
      'no refresh_token any more',
      { ...BASE, grant_types: ['authorization_code'] },
      ['breaking grant_types[refresh_token]'],
    ],
    [
      'another authentication',
      { ...BASE, token_endpoint_auth_method: 'private_key_jwt' },
      ['breaking token_endpoint_auth_method'],
    ],
    [
      'keys for the first time',
      { ...BASE, jwks_uri: 'https://id.test/jwks.json' },
      ['consent jwks_uri'],
    ],
    ['another kind', { ...BASE, application_type: 'web' }, ['breaking application_type']],
    ['another name', { ...BASE, client_name: 'B' }, ['consent client_name']],
    ['a name in a language', { ...BASE, 'client_name#de': 'Ä' }, ['consent client_name#de']],
    ['a first logo', { ...BASE, logo_uri: 'https://id.test/l.png' }, ['consent logo_uri']],
    ['a scope', { ...BASE, scope: 'openid' }, ['breaking scope']],
    ['an unknown member', { ...BASE, y: 1 }, ['additive y']],
    ['an unknown member changed', { ...BASE, x_other: 2 }, ['consent x_other']],
    ['an unknown member gone', without('x_other'), ['breaking x_other']],
  ] as const) {
    it(what, () =>
      deepEqual(
        diffDocuments(BASE, after).map(({ kind, path }) => `${kind} ${path}`),
        expected,
      ),
    )
  }

  it('a new document breaks nobody, one that is gone breaks everybody', () => {
    equal(isBreaking(diffDocuments(undefined, BASE)), false)
    equal(isBreaking(diffDocuments(BASE, undefined)), true)
  })

  it('a comment says for each change what it means, why and for whom', () => {
    const changes = diffDocuments(BASE, { ...BASE, client_name: 'B', redirect_uris: [first] })
    const text = changesMarkdown([{ clientId: String(BASE.client_id), changes }])
    ok(text.includes('**Breaking**') && text.includes('**Needs consent again**'))
    ok(text.includes('released extension'))
  })

  it('a comment’s table cannot be broken by a member’s name', () => {
    const changes = diffDocuments(BASE, { ...BASE, 'a`|\n## b': 1 })
    const text = changesMarkdown([{ clientId: 'x', changes }])
    equal(
      text.split('\n').some((line) => line.startsWith('## b')),
      false,
    )
  })
})

describe('A change in one line of a terminal', () => {
  it('begins with what happened: added, removed, or changed', () => {
    const after = { ...BASE, client_name: 'B', redirect_uris: [first, 'https://id.test/new'] }
    const signs = diffDocuments(BASE, after).map((change) => [changeLine(change)[0], change.path])
    deepEqual(Object.fromEntries(signs.map(([sign, path]) => [path, sign])), {
      client_name: '~',
      [`redirect_uris[${second}]`]: '-',
      'redirect_uris[https://id.test/new]': '+',
    })
  })
})
