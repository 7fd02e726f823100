import { deepEqual, equal, match, ok } from 'node:assert/strict'
import {
  CACHE_PROFILES,
  fetchesPerSecond,
  propagationWait,
} from '../../site/src/client-metadata/propagation.ts'
import {
  markPublished,
  recordVersions,
  type CurrentDocument,
  type Ledger,
} from '../../site/src/client-metadata/versions.ts'
import {
  newReleaseFindings,
  releaseFindings,
  type Release,
} from '../../site/src/publish/compatibility.ts'

const HOUR_MS = 3_600_000
const CLIENT_ID = 'https://id.vendor.dev/oauth/client.json'
const LOOPBACK = 'http://127.0.0.1/callback'
const BOUNCE = 'https://id.vendor.dev/callback'

const release: Release = {
  version: '1.2.0',
  releasedAt: '2026-01-01T00:00:00Z',
  supportedUntil: '2026-07-01T00:00:00Z',
  clients: [{ clientId: CLIENT_ID, redirectUris: [LOOPBACK, BOUNCE], authMethod: 'none' }],
}
const document = (change: object = {}, clientId = CLIENT_ID): CurrentDocument => ({
  name: 'client',
  clientId,
  bytes: JSON.stringify({
    client_id: clientId,
    redirect_uris: [LOOPBACK, BOUNCE],
    token_endpoint_auth_method: 'none',
    ...change,
  }),
})
const SUPPORTED = new Date('2026-06-30T00:00:00Z')
const ENDED = new Date('2026-07-02T00:00:00Z')

describe('A build that would break a released extension fails (issue E.4, B3.25)', () => {
  for (const [what, documents, id] of [
    [
      'without its client_id',
      [document({}, 'https://id.vendor.dev/oauth/b.json')],
      'release/client-id',
    ],
    [
      'without a redirect URI it sends',
      [document({ redirect_uris: [LOOPBACK] })],
      'release/redirect',
    ],
    [
      'with another spelling of one',
      [document({ redirect_uris: [LOOPBACK, `${BOUNCE}/`] })],
      'release/redirect',
    ],
    [
      'with another authentication',
      [document({ token_endpoint_auth_method: 'private_key_jwt' })],
      'release/authentication',
    ],
  ] as const) {
    it(`${what}, and says which release, until when, and what to do`, () => {
      const [finding, ...more] = releaseFindings([release], documents, SUPPORTED)
      equal(more.length, 0)
      equal(finding?.id, id)
      match(finding.message, /1\.2\.0.*2026-07-01/)
      match(finding.fix, /2026-07-01/)
    })

    it(`${what} once its support has ended, it may`, () =>
      deepEqual(releaseFindings([release], documents, ENDED), []))
  }

  it('in any of the documents it relies on', () => {
    const editor = 'https://id.vendor.dev/oauth/editor.json'
    const scheme = 'vscode://vendor.extension/callback'
    const second = { clientId: editor, redirectUris: [LOOPBACK, scheme], authMethod: 'none' }
    const both = { ...release, clients: [...release.clients, second] }
    const idsOf = (...documents: readonly CurrentDocument[]) =>
      releaseFindings([both], documents, SUPPORTED).map(({ id }) => id)
    const whole = document({ redirect_uris: [LOOPBACK, scheme] }, editor)
    deepEqual(idsOf(document(), whole), [])
    deepEqual(idsOf(document()), ['release/client-id'])
    deepEqual(idsOf(document(), document({}, editor)), ['release/redirect'])
  })

  it('but not when the document keeps what it had and gains more', () => {
    const more = document({ redirect_uris: [LOOPBACK, BOUNCE, 'http://[::1]/callback'] })
    deepEqual(releaseFindings([release], [more], SUPPORTED), [])
  })

  it('nor for a release at a reserved name, which an adopter replaces', () => {
    const clients = [
      { ...release.clients[0]!, clientId: 'https://signet.example/oauth/client.json' },
    ]
    const example = { ...release, clients }
    deepEqual(releaseFindings([example], [], SUPPORTED), [])
  })
})

describe('A release may rely on what every server has seen (issue E.4)', () => {
  const waitSeconds = 2 * 3600
  const record = (ledger: Ledger, at: string, publishedAt: string | undefined, uris: string[]) => {
    const recorded = recordVersions(ledger, 'production', [document({ redirect_uris: uris })], at)
    return publishedAt === undefined ? recorded : markPublished(recorded, [CLIENT_ID], publishedAt)
  }
  const T0 = '2026-01-01T00:00:00Z'
  const T1 = '2026-02-01T00:00:00Z'
  const idsAt = (ledger: Ledger, hoursAfterT1: number) =>
    newReleaseFindings(
      release,
      ledger,
      waitSeconds,
      new Date(Date.parse(T1) + hoursAfterT1 * HOUR_MS),
    ).map(({ id }) => id)
  const first = record({ versions: [] }, T0, T0, [LOOPBACK])

  it('not before the wait is over, counted from when it was seen being served', () => {
    const added = record(first, T0, T1, [LOOPBACK, BOUNCE])
    deepEqual(idsAt(added, 1.9), ['release/too-early'])
    deepEqual(idsAt(added, 2), [])
  })

  it('never when it is recorded but was not served', () =>
    deepEqual(idsAt(record(first, T0, undefined, [LOOPBACK, BOUNCE]), 1000), ['release/too-early']))

  it('counted again after it was away', () => {
    const [served] = [record({ versions: [] }, T0, T0, [LOOPBACK, BOUNCE])]
    const away = record(served, T0, T0, [LOOPBACK])
    deepEqual(idsAt(away, 1000), ['release/too-early'])
    deepEqual(idsAt(record(away, T1, T1, [LOOPBACK, BOUNCE]), 1), ['release/too-early'])
  })
})

describe('How long a change takes to be seen (propagation, C3)', () => {
  it('is the edge’s copy plus the slowest cache of the servers one cares about', () => {
    const named = (...names: readonly string[]) =>
      CACHE_PROFILES.filter(({ name }) => names.includes(name))
    equal(propagationWait(600, []).total, 600)
    equal(propagationWait(600, named('oidc-provider')).total, 1200)
    equal(propagationWait(600, named('oidc-provider', 'FastMCP')).total, 600 + 3600)
    deepEqual(propagationWait(600), {
      edge: 600,
      server: 86_400,
      slowest: 'Amazon Cognito',
      total: 87_000,
    })
  })

  it('grows with max-age until a server’s own cap', () => {
    const cloudflare = CACHE_PROFILES.filter(({ name }) => name.startsWith('Cloudflare'))
    equal(propagationWait(1_000_000, cloudflare).server, 604_800)
    ok(propagationWait(3600, cloudflare).total < propagationWait(7200, cloudflare).total)
  })

  it('bounds what a host has to serve to 10,000 servers with caches of 30 s to a day', () => {
    const need = fetchesPerSecond(10_000, 30, 86_400)
    ok(need > 10_000 / 86_400 && need < 10_000 / 30)
    equal(Math.round(need * 10) / 10, 41.8)
    equal(fetchesPerSecond(10, 5, 5), 2)
  })
})
