import { deepEqual, equal, match } from 'node:assert/strict'
import { CLIENTS, ORIGINS, type Environment } from '../../site/src/client-metadata/clients.ts'
import { documentOf } from '../../site/src/client-metadata/document.ts'
import type { RegisteredKey } from '../../site/src/client-metadata/keys/registry.ts'
import {
  describedIdentities,
  isolationFindings,
  type Identities,
} from '../../site/src/publish/isolation.ts'
import { CACHE_SECONDS, currentDocuments, routes } from '../../site/src/publish/routes.ts'
import { recordVersions } from '../../site/src/client-metadata/versions.ts'
import { SOURCES } from '../../site/src/publish/sources.ts'

const CLEAN = describedIdentities(SOURCES.registry, { versions: [] })
const idsOf = (change: Partial<Identities>) =>
  isolationFindings({ ...CLEAN, ...change }).map(({ id }) => id)
const key: RegisteredKey = {
  kid: 'k',
  alg: 'ES256',
  publicKey: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
  generated: '2026-01-01T00:00:00Z',
}

describe('Environments share nothing (issue E.6)', () => {
  it('as they are described, nothing', () => deepEqual(idsOf({}), []))

  it('nor an origin', () =>
    deepEqual(idsOf({ origins: { ...ORIGINS, staging: ORIGINS.production } }).slice(0, 1), [
      'isolation/origin',
    ]))

  it('nor a host in a redirect URI or any other member', () => {
    const [main] = CLEAN.documents.staging
    for (const change of [
      { redirect_uris: [`${ORIGINS.production}/callback`] },
      { logo_uri: `${ORIGINS.production}/logo.png` },
      { client_id: `${ORIGINS.production}/oauth/client.json` },
    ])
      deepEqual(idsOf({ documents: { ...CLEAN.documents, staging: [{ ...main, ...change }] } }), [
        'isolation/host',
      ])
  })

  it('nor a redirect to an application elsewhere, as a browser client has one', () => {
    const app = { redirect_uris: ['https://app.vendor.dev/callback'] }
    const { production, staging, local } = CLEAN.documents
    const shared = { production: [...production, app], staging: [...staging, app], local }
    deepEqual(idsOf({ documents: shared }), ['isolation/redirect'])
    deepEqual(idsOf({ documents: { ...CLEAN.documents, production: [...production, app] } }), [])
  })

  it('nor a key', () =>
    deepEqual(idsOf({ registry: { production: [key], staging: [key], local: [] } }), [
      'isolation/key',
    ]))

  it('nor a recorded version', () => {
    const documents = currentDocuments({ environment: 'production', preview: false })
    const ledger = recordVersions({ versions: [] }, 'staging', documents.slice(0, 1), key.generated)
    deepEqual(idsOf({ ledger }), ['isolation/version'])
  })

  for (const environment of ['staging', 'local'] as const satisfies Environment[])
    it(`${environment} says so in its name and is kept for a minute at most`, () => {
      for (const client of CLIENTS[environment])
        match(documentOf(environment, client).client_name, new RegExp(`\\(${environment}\\)$`))
      for (const { path, cacheControl } of routes({ environment, preview: false }))
        if (!path.includes('/versions/'))
          equal(cacheControl, `public, max-age=${CACHE_SECONDS[environment]}`)
    })
})
