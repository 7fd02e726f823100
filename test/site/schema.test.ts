import { deepEqual, equal } from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { CLIENTS, ORIGINS, type Environment } from '../../site/src/client-metadata/clients.ts'
import { documentOf } from '../../site/src/client-metadata/document.ts'
import { clientMetadataSchema, renderSchema } from '../../site/src/client-metadata/schema.ts'

const published = JSON.parse(renderSchema('production')) as Record<string, unknown>
const validate = new Ajv2020({ strict: true }).compile(published)
const base = documentOf('production', CLIENTS.production[0]!)
const key = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: '1' }

const VARIANTS: Readonly<Record<string, unknown>> = {
  'the main document': base,
  'an unknown member': { ...base, 'client_name#de': 'Siegel', x_extra: { a: [1] } },
  'only what MCP requires': {
    client_id: base.client_id,
    client_name: 'A',
    redirect_uris: ['http://127.0.0.1/cb'],
  },
  'no client_id': { ...base, client_id: undefined },
  'no client_name': { client_id: base.client_id, redirect_uris: base.redirect_uris },
  'an empty client_name': { ...base, client_name: '' },
  'no redirect_uris': { client_id: base.client_id, client_name: 'A' },
  'empty redirect_uris': { ...base, redirect_uris: [] },
  'a redirect URI that is no string': { ...base, redirect_uris: [1] },
  'an http client_id': { ...base, client_id: 'http://signet.example/oauth/client.json' },
  'an http logo': { ...base, logo_uri: 'http://signet.example/logo.png' },
  'a shared-secret method': { ...base, token_endpoint_auth_method: 'client_secret_basic' },
  'a secret': { ...base, client_secret: 'hunter2' },
  'a secret’s expiry': { ...base, client_secret_expires_at: 0 },
  'an unknown application_type': { ...base, application_type: 'desktop' },
  'a public key': { ...base, jwks: { keys: [key] } },
  'a private key': { ...base, jwks: { keys: [{ ...key, d: 'AA' }] } },
  'a symmetric key': { ...base, jwks: { keys: [{ kty: 'oct', k: 'AA' }] } },
  'an empty key set': { ...base, jwks: { keys: [] } },
  'an array': [base],
  'a string': 'https://signet.example/oauth/client.json',
  null: null,
}

describe('The schema of a document', () => {
  for (const [name, value] of Object.entries(VARIANTS)) {
    it(`says the same as JSON Schema 2020-12 and in code: ${name}`, () => {
      // What travels is JSON: a member that is undefined does not exist.
      const travelled: unknown = JSON.parse(JSON.stringify(value))
      equal(validate(travelled), clientMetadataSchema.safeParse(travelled).success)
    })
  }

  it('refuses what CIMD section 4.1 forbids', () => {
    const refused = Object.entries(VARIANTS).filter(([, value]) => !validate(value))
    deepEqual(
      ['a secret', 'a private key', 'a symmetric key', 'a shared-secret method'].filter(
        (name) => !refused.some(([other]) => other === name),
      ),
      [],
    )
  })

  it('accepts every document that is published, in every environment', () => {
    for (const environment of Object.keys(ORIGINS) as Environment[])
      for (const client of CLIENTS[environment])
        equal(validate(documentOf(environment, client)), true, client.key)
  })

  it('has an address of its own per environment', () =>
    equal(published.$id, `${ORIGINS.production}/schema/client-metadata.json`))
})
