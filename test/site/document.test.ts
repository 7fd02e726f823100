import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { publishedIdentity } from '@signet/site/client-metadata'
import { JWKS_PATH, ORIGINS, type Environment } from '../../site/src/client-metadata/clients.ts'
import { clientDocument, documentOf } from '../../site/src/client-metadata/document.ts'
import { renderDocument } from '../../site/src/client-metadata/render.ts'
import { routes } from '../../site/src/publish/routes.ts'

const environments = Object.keys(ORIGINS) as Environment[]
const parse = (text: string) => JSON.parse(text) as Record<string, unknown>

describe('The published documents (CIMD section 4)', () => {
  for (const environment of environments) {
    for (const { path, body } of routes({ environment, preview: false }).filter(
      ({ path }) => /^\/oauth\/[a-z]+\.json$/.test(path) && path !== JWKS_PATH,
    )) {
      it(`${environment} ${path}: client_id is the URL it is served at, byte for byte`, () =>
        equal(parse(body).client_id, `${ORIGINS[environment]}${path}`))

      it(`${environment} ${path}: holds no credential (CIMD section 4.1)`, () => {
        const members = Object.keys(parse(body))
        for (const member of ['client_secret', 'client_secret_expires_at', 'jwks'])
          equal(members.includes(member), false)
      })

      it(`${environment} ${path}: stays under the 5 KB that servers read`, () =>
        ok(Buffer.byteLength(body) < 5000))
    }
  }

  it('states what servers otherwise assume wrongly: native, none', () => {
    const document = clientDocument('production', 'client')
    equal(document.application_type, 'native')
    equal(document.token_endpoint_auth_method, 'none')
  })

  it('lists loopback without and with the fixed ports, then the bounce page, in this order', () =>
    deepEqual(clientDocument('production', 'client').redirect_uris, [
      'http://127.0.0.1/callback',
      'http://[::1]/callback',
      'http://127.0.0.1:28630/callback',
      'http://127.0.0.1:28631/callback',
      'http://127.0.0.1:28632/callback',
      'http://127.0.0.1:28633/callback',
      'https://signet.example/callback',
    ]))

  it('keeps custom schemes out of the main document (A8.52, A8.53)', () => {
    const schemes = (key: 'client' | 'editor') =>
      clientDocument('production', key).redirect_uris.filter((uri) => !/^https?:/.test(uri))
    deepEqual(schemes('client'), [])
    ok(schemes('editor').includes('vscode://signet.signet-mcp/callback'))
  })

  it('describes a browser application by its https redirects alone, as "web"', () => {
    const { application_type, redirect_uris, token_endpoint_auth_method } = documentOf('staging', {
      kind: 'browser',
      key: 'console',
      nameSuffix: 'Console',
      redirectUris: ['https://console.staging.signet.example/signed-in'],
    })
    deepEqual(
      { application_type, redirect_uris, token_endpoint_auth_method },
      {
        application_type: 'web',
        redirect_uris: ['https://console.staging.signet.example/signed-in'],
        token_endpoint_auth_method: 'none',
      },
    )
  })

  it('gives the agent a key set on its own origin and no secret (B4.26)', () => {
    const agent = clientDocument('production', 'agent')
    equal(agent.token_endpoint_auth_method, 'private_key_jwt')
    equal(agent.token_endpoint_auth_signing_alg, 'ES256')
    equal(agent.jwks_uri, 'https://signet.example/oauth/jwks.json')
  })

  it('publishes a confidential document only beside the keys that verify it', () => {
    const paths = routes({ environment: 'production', preview: false }).map(({ path }) => path)
    equal(paths.includes('/oauth/agent.json'), paths.includes('/oauth/jwks.json'))
  })

  it('has a client_id per environment', () => {
    const ids = environments.map((environment) => publishedIdentity(environment).clientId)
    equal(new Set(ids).size, ids.length)
  })

  it('knows that its own production origin is a reserved name', () =>
    equal(publishedIdentity('production').reservedOrigin, true))
})

describe('The bytes of a document', () => {
  it('do not depend on the order of its members', () => {
    const document = clientDocument('production', 'client')
    const reversed = Object.fromEntries(Object.entries(document).reverse()) as typeof document
    equal(renderDocument(reversed), renderDocument(document))
  })

  it('end with one line feed and hold no carriage return', () => {
    const text = renderDocument(clientDocument('production', 'client'))
    match(text, /\}\n$/)
    equal(text.includes('\r'), false)
  })

  it('leave no member out', () => {
    const document = clientDocument('production', 'client')
    deepEqual(Object.keys(parse(renderDocument(document))).sort(), Object.keys(document).sort())
  })
})
