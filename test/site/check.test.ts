import { deepEqual, equal } from 'node:assert/strict'
import { cachingFindings } from '../../site/src/check/caching.ts'
import { certificateFindings, type CertificateFacts } from '../../site/src/check/certificate.ts'
import { driftFindings, servedVersion } from '../../site/src/check/drift.ts'
import { pageFindings } from '../../site/src/check/pages.ts'
import { publishedKeyFindings } from '../../site/src/check/published-keys.ts'
import { targets, type Target } from '../../site/src/check/targets.ts'
import { currentVerdict, NOT_FINISHED, verdictOf, worstOf } from '../../site/src/check/verdict.ts'
import { CHECK_RULES } from '../../site/src/check/words.ts'
import { versionId, type PublishedVersion } from '../../site/src/client-metadata/versions.ts'
import { PAGE_CSP } from '../../site/src/publish/headers.ts'
import { routes } from '../../site/src/publish/routes.ts'

const NOW_MS = Date.parse('2026-11-23T12:00:00Z')
const DAY_MS = 86_400_000
const PRODUCTION = { environment: 'production', preview: false } as const
const ids = (findings: readonly { readonly id: string }[]) => findings.map(({ id }) => id)
const bytes = (text: string) => new Uint8Array(Buffer.from(text))

describe('What is watched (issue F.1)', () => {
  it('is everything the table of routes publishes, with its bytes, and the pages around it', () => {
    const watched = targets(PRODUCTION)
    for (const { path, body } of routes(PRODUCTION)) {
      const target = watched.find((each) => each.path === path)
      if (target?.kind !== 'document') equal(Buffer.from(target?.expected ?? []).toString(), body)
    }
    for (const path of ['/callback', '/logo.png', '/', '/privacy', '/terms'])
      equal(watched.filter((each) => each.path === path).length, 1, path)
  })

  it('keeps the client_id when the files are asked for elsewhere', () => {
    const origin = 'https://next.acme-software.dev'
    const main = targets(PRODUCTION, { origin }).find(({ kind }) => kind === 'document')
    equal(main?.url, `${origin}/oauth/client.json`)
    equal(main.clientId, 'https://signet.example/oauth/client.json')
  })

  it('names every finding once', () => {
    const all = ids(CHECK_RULES)
    deepEqual(all, [...new Set(all)])
    for (const { fix, section, message } of CHECK_RULES)
      equal(fix !== '' && section !== '' && message !== '', true)
  })
})

describe('A certificate’s life (issue F.1)', () => {
  const certificate = (days: number, leftDays: number): CertificateFacts => ({
    issuer: 'Authority',
    fingerprint: 'aa',
    notBefore: new Date(NOW_MS - (days - leftDays) * DAY_MS).toISOString(),
    notAfter: new Date(NOW_MS + leftDays * DAY_MS).toISOString(),
  })
  const CASES: readonly (readonly [number, number, readonly string[]])[] = [
    [90, 31, []],
    [90, 29, ['certificate-renewal-late']],
    [90, 14, ['certificate-expiring']],
    [398, 140, []],
    [398, 70, ['certificate-renewal-late']],
    [45, 16, []],
    [45, 7, ['certificate-expiring']],
    // Renewed at half their life: three days left are no alarm.
    [6, 2.9, []],
    [6, 1.9, ['certificate-expiring']],
    [12, 2.5, ['certificate-expiring']],
  ]
  for (const [days, left, expected] of CASES) {
    it(`of ${days} days with ${left} left: ${expected.join() || 'fine'}`, () => {
      const subject = { certificate: certificate(days, left), previous: undefined, nowMs: NOW_MS }
      deepEqual(ids(certificateFindings(subject)), expected)
    })
  }

  it('tells a renewal from a change of authority, and both are only told', () => {
    const previous = certificate(90, 60)
    const renewed = { ...previous, fingerprint: 'bb' }
    const moved = { ...renewed, issuer: 'Other' }
    const found = (now: CertificateFacts) =>
      certificateFindings({ certificate: now, previous, nowMs: NOW_MS })
    deepEqual(ids(found(renewed)), ['certificate-renewed'])
    deepEqual(ids(found(moved)), ['certificate-issuer-changed'])
    equal(verdictOf(found(moved)), 'ok')
  })
})

describe('Drift (issue F.1, CIMD 8.4)', () => {
  const version = (text: string, publishedAt: string | null): PublishedVersion => ({
    environment: 'production',
    name: 'client',
    id: versionId(text),
    recordedAt: '2026-11-01T00:00:00Z',
    publishedAt,
    bytes: text,
  })
  const NEW = '{"client_id":"https://a.test/c.json","client_name":"New"}'
  const OLD = '{"client_id":"https://a.test/c.json","client_name":"Old"}'
  const target = (publishedAt = '2026-11-02T00:00:00Z'): Target => ({
    kind: 'document',
    path: '/c.json',
    url: 'https://a.test/c.json',
    clientId: 'https://a.test/c.json',
    expected: bytes(NEW),
    versions: [version(OLD, '2026-11-01T00:00:00Z'), version(NEW, publishedAt)],
  })
  const found = (texts: readonly string[], watched = target()) =>
    ids(
      driftFindings(
        watched,
        texts.map((text, index) => ({ address: `192.0.2.${index}`, bytes: bytes(text) })),
        NOW_MS,
      ),
    )

  it('is nothing where the recorded bytes are served', () => deepEqual(found([NEW, NEW]), []))
  it('is a stale edge where one address has an older version', () =>
    deepEqual(found([NEW, OLD]), ['version-stale-edge']))
  it('is a lost deployment where all have', () =>
    deepEqual(found([OLD, OLD]), ['version-rolled-back']))
  it('is expected right after a publication', () => {
    const fresh = target(new Date(NOW_MS - 600_000).toISOString())
    deepEqual(found([NEW, OLD], fresh), ['version-propagating'])
    deepEqual(found([OLD, OLD], fresh), ['version-propagating'])
  })
  it('is told from bytes that nobody recorded, even right after a publication', () => {
    const fresh = target(new Date(NOW_MS - 600_000).toISOString())
    deepEqual(found([`${NEW} `]), ['drift-unknown-bytes'])
    deepEqual(found([NEW, `${NEW}\n`], fresh), ['drift-unknown-bytes'])
  })
  it('says which version is served', () =>
    deepEqual(servedVersion(target(), bytes(OLD)), { kind: 'older', id: versionId(OLD) }))
  it('of an old version’s copy or the bounce page is an error, of a page a note', () => {
    const { versions: _, ...rest } = target()
    deepEqual(found([OLD], { ...rest, versions: [], kind: 'copy' }), ['drift-fixed-bytes'])
    deepEqual(found([OLD], { ...rest, versions: [], kind: 'callback' }), ['drift-fixed-bytes'])
    deepEqual(found([OLD], { ...rest, versions: [], kind: 'page' }), ['drift-file'])
  })
})

describe('What caches make of an answer (C1, RFC 9111)', () => {
  const found = (headers: Readonly<Record<string, string>>, conditionalStatus?: number) =>
    ids(cachingFindings({ response: { status: 200, headers, elapsedMs: 0 }, conditionalStatus }))
  const good = { 'cache-control': 'public, max-age=600', etag: '"a"' }

  it('nothing to say about ten minutes and an ETag', () => deepEqual(found(good, 304), []))
  it('stale on arrival: an age at or above max-age', () => {
    deepEqual(found({ ...good, age: '599' }), [])
    deepEqual(found({ ...good, age: '4000' }), ['cache-stale-on-arrival'])
  })
  it('not kept at all', () => {
    deepEqual(found({ ...good, 'cache-control': 'no-store' }), ['cache-not-shared'])
    deepEqual(found({ ...good, 'cache-control': 'private, max-age=600' }), ['cache-not-shared'])
  })
  it('a validator that is missing, ignored or broken', () => {
    deepEqual(found({ 'cache-control': 'public, max-age=600' }), ['cache-no-validator'])
    deepEqual(found(good, 200), ['cache-validator-ignored'])
    deepEqual(found(good, 412), ['cache-validator-broken'])
  })
})

describe('A served key set beside the registered one (B5, issue F.1)', () => {
  const key = (kid: string, x = 'x') => ({
    kty: 'EC',
    crv: 'P-256',
    x,
    y: 'y',
    kid,
    use: 'sig',
    alg: 'ES256',
  })
  const set = (...keys: readonly object[]) => bytes(JSON.stringify({ keys }))
  const found = (served: Uint8Array, expected = set(key('a'), key('b'))) =>
    ids(publishedKeyFindings(served, expected))

  it('is the same in any order of keys and members', () =>
    deepEqual(found(set(key('b'), Object.fromEntries(Object.entries(key('a')).reverse()))), []))
  it('lacks a key', () => deepEqual(found(set(key('a'))), ['key-withdrawn']))
  it('has a key that nobody registered', () =>
    deepEqual(found(set(key('a'), key('b'), key('c'))), ['key-unknown']))
  it('has another key under a kid', () =>
    deepEqual(found(set(key('a', 'other'), key('b'))), ['key-replaced']))
  it('has a private member', () =>
    deepEqual(found(set({ ...key('a'), d: 'secret' }, key('b'))), ['key-private', 'key-replaced']))
  it('is none', () => deepEqual(found(bytes('<html>')), ['key-set-unreadable']))
})

describe('The bounce page’s headers (B4, site.md 7)', () => {
  const good = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': PAGE_CSP,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  }
  const found = (headers: Readonly<Record<string, string>>, status = 200) =>
    ids(pageFindings({ kind: 'callback', response: { status, headers, elapsedMs: 0 }, bytes: 900 }))
  it('are the ones that the build gives a host', () => deepEqual(found(good), []))
  it('are missed one by one', () => {
    const without = (name: string) =>
      Object.fromEntries(Object.entries(good).filter(([each]) => each !== name))
    deepEqual(found(without('content-security-policy')), ['callback-csp'])
    deepEqual(found(without('cache-control')), ['callback-stored'])
    deepEqual(found(without('referrer-policy')), ['callback-referrer'])
    deepEqual(found(without('content-type')), ['page-not-html'])
  })
  it('say nothing about an answer that is none', () =>
    deepEqual(found({}, 404), ['response-status']))
})

describe('Verdicts (issue F.2)', () => {
  it('are those of the worst finding, and of the worst target', () => {
    const of = (...severities: ('error' | 'warning' | 'info')[]) =>
      verdictOf(severities.map((severity) => ({ id: 'any', severity })))
    deepEqual(
      [of(), of('info'), of('info', 'warning'), of('warning', 'error')],
      ['ok', 'ok', 'degraded', 'bad'],
    )
    equal(verdictOf([{ id: NOT_FINISHED, severity: 'warning' }]), 'unknown')
    equal(worstOf(['ok', 'unknown', 'degraded']), 'degraded')
    equal(worstOf(['ok', 'unknown']), 'unknown')
    equal(worstOf([]), 'unknown')
  })

  it('end three intervals after the last run', () => {
    const last = { at: new Date(NOW_MS).toISOString(), verdict: 'ok' } as const
    equal(currentVerdict(last, 300_000, NOW_MS + 899_999), 'ok')
    equal(currentVerdict(last, 300_000, NOW_MS + 900_000), 'unknown')
    equal(currentVerdict(undefined, 300_000, NOW_MS), 'unknown')
    // A clock that was ahead must not make a page say OK for as long as it was.
    equal(currentVerdict(last, 300_000, NOW_MS - 3_600_000), 'unknown')
    equal(currentVerdict(last, 300_000, NOW_MS - 60_000), 'ok')
  })
})
