import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  isAppendOnly,
  markPublished,
  recordVersions,
  renderLedger,
  versionId,
  type CurrentDocument,
  type Ledger,
} from '../../site/src/client-metadata/versions.ts'
import { ledgerFindings, readLedger } from '../../site/src/publish/ledger.ts'
import { copyPath, versionHistory } from '../../site/src/publish/history.ts'
import { currentDocuments, routes } from '../../site/src/publish/routes.ts'
import { SOURCES } from '../../site/src/publish/sources.ts'

const TARGET = { environment: 'production', preview: false } as const
const EMPTY: Ledger = { versions: [] }
const [FIRST, SECOND] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z']

/** A document at an origin that servers could reach. */
const document = (change: object = {}, clientId = 'https://id.vendor.dev/oauth/client.json') =>
  ({
    name: 'client',
    clientId,
    bytes: `${JSON.stringify({ client_id: clientId, client_name: 'A', ...change })}\n`,
  }) satisfies CurrentDocument

const record = (ledger: Ledger, now: string, ...documents: readonly CurrentDocument[]) =>
  recordVersions(ledger, 'production', documents, now)
const idsOf = (ledger: Ledger, documents: readonly CurrentDocument[], publishing = false) =>
  ledgerFindings(ledger, TARGET, documents, publishing).map(({ id }) => id)

describe('The ledger of published versions (issue E.3, B3.37)', () => {
  it('names a version by the SHA-256 of its bytes', () =>
    equal(versionId('a\n'), createHash('sha256').update('a\n').digest('hex')))

  it('records a document once, and again only when its bytes change', () => {
    const once = record(EMPTY, FIRST, document())
    equal(record(once, SECOND, document()).versions.length, 1)
    equal(record(once, SECOND, document({ client_name: 'B' })).versions.length, 2)
  })

  it('records bytes that come back, because they were away', () => {
    const away = record(record(EMPTY, FIRST, document()), SECOND, document({ client_name: 'B' }))
    equal(record(away, SECOND, document()).versions.length, 3)
  })

  it('takes a publication date once and keeps it', () => {
    const once = record(EMPTY, FIRST, document())
    const live = markPublished(once, [document().clientId], SECOND)
    equal(live.versions[0]?.publishedAt, SECOND)
    equal(markPublished(live, [document().clientId], FIRST).versions[0]?.publishedAt, SECOND)
  })

  it('reads back what it wrote', () => {
    const ledger = record(EMPTY, FIRST, document())
    deepEqual(readLedger(JSON.parse(renderLedger(ledger))), ledger)
  })

  describe('is only ever appended to:', () => {
    const two = record(record(EMPTY, FIRST, document()), SECOND, document({ client_name: 'B' }))
    for (const [what, after, kept] of [
      ['an entry more', record(two, SECOND, document()), true],
      ['a publication date filled in', markPublished(two, [document().clientId], SECOND), true],
      ['an entry less', { versions: two.versions.slice(0, 1) }, false],
      ['another order', { versions: two.versions.toReversed() }, false],
      [
        'other bytes',
        { versions: two.versions.map((version) => ({ ...version, bytes: '{}' })) },
        false,
      ],
      [
        'another date',
        { versions: two.versions.map((version) => ({ ...version, recordedAt: SECOND })) },
        false,
      ],
    ] as const)
      it(`${what} is ${kept ? 'allowed' : 'not'}`, () => equal(isAppendOnly(two, after), kept))
  })
})

describe('A build fails on the ledger (issue E.3)', () => {
  const ledger = record(EMPTY, FIRST, document())

  it('when a client_id that servers could fetch disappears', () => {
    deepEqual(idsOf(ledger, []), ['ledger/client-id-gone'])
    const moved = document({}, 'https://id.vendor.dev/oauth/other.json')
    deepEqual(idsOf(ledger, [moved]), ['ledger/client-id-gone'])
  })

  it('but not for one at a reserved name, which an adopter replaces', () => {
    const example = document({}, 'https://signet.example/oauth/client.json')
    deepEqual(idsOf(record(EMPTY, FIRST, example), []), [])
  })

  it('nor for one of another environment', () => {
    const staging = recordVersions(EMPTY, 'staging', [document()], FIRST)
    deepEqual(idsOf(staging, []), [])
  })

  it('when it goes out with bytes that are not on record, or not the newest', () => {
    const changed = document({ client_name: 'B' })
    deepEqual(idsOf(ledger, [changed], true), ['ledger/unrecorded'])
    deepEqual(idsOf(record(ledger, SECOND, changed), [document()], true), ['ledger/unrecorded'])
    deepEqual(idsOf(record(ledger, SECOND, changed), [changed], true), [])
  })

  it('but lets a developer build what is not recorded yet', () =>
    deepEqual(idsOf(ledger, [document({ client_name: 'B' })]), []))

  it('when recorded bytes were altered', () => {
    const altered = {
      versions: ledger.versions.map((version) => ({
        ...version,
        bytes: document({ client_name: 'Z' }).bytes,
      })),
    }
    deepEqual(idsOf(altered, [document()]), ['ledger/altered'])
  })

  it('when a version is older than the one before it', () => {
    const two = record(ledger, SECOND, document({ client_name: 'B' }))
    deepEqual(idsOf({ versions: two.versions.toReversed() }, [document()]), ['ledger/out-of-order'])
  })
})

describe('What stays published (issue E.3)', () => {
  const documents = currentDocuments(TARGET)
  const main = documents[0]!
  const older = { ...main, bytes: main.bytes.replace('"Signet"', '"Siegel"') }
  const ledger = record(record(EMPTY, FIRST, older), SECOND, ...documents)
  const sources = { ...SOURCES, ledger }
  const table = routes(TARGET, sources)

  it('an immutable copy of every version, byte for byte', () => {
    for (const version of ledger.versions) {
      const route = table.find(({ path }) => path === copyPath(version))
      equal(route?.body, version.bytes)
      match(route.cacheControl, /immutable/)
    }
  })

  it('and no copy is a client of its own: it names the address of the current document (B1.5)', () => {
    for (const { path, body } of table.filter((route) => route.path.includes('/versions/')))
      equal((JSON.parse(body) as { client_id: string }).client_id.endsWith(path), false)
  })

  it('the history, newest first, with what each version changed', () => {
    const history = versionHistory(ledger, 'production')
    equal(history.length, ledger.versions.length)
    const now = history.find(({ version }) => version.bytes === main.bytes)
    deepEqual(
      now?.changes.map(({ path, kind }) => [path, kind]),
      [['client_name', 'consent']],
    )
    equal(now.current, true)
    equal(history.at(-1)?.current, false)
  })

  it('an Atom feed that says what changed, and is the same whenever it is built', () => {
    const feed = table.find(({ path }) => path === '/versions.atom')!
    equal(feed.contentType, 'application/atom+xml')
    match(feed.body, /<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom"/)
    match(feed.body, new RegExp(`/versions/${versionId(main.bytes)}`))
    match(feed.body, /Needs consent again/)
    equal(routes(TARGET, sources).find(({ path }) => path === '/versions.atom')?.body, feed.body)
  })

  it('nothing of an origin that is not this build’s', () => {
    const foreign = record(EMPTY, FIRST, document())
    ok(
      !routes(TARGET, { ...SOURCES, ledger: foreign }).some(({ path }) =>
        path.includes('/versions/'),
      ),
    )
  })
})
