import { targets, type Target } from '../../../site/src/check/targets.ts'
import { JWKS_PATH, ORIGINS } from '../../../site/src/client-metadata/clients.ts'
import { recordVersions, versionId } from '../../../site/src/client-metadata/versions.ts'
import { headerBlocks, headersFor } from '../../../site/src/publish/headers.ts'
import { currentDocuments, routes } from '../../../site/src/publish/routes.ts'
import { SOURCES, type PublishSources } from '../../../site/src/publish/sources.ts'
import { etagOf, type Answer, type Ask } from './world.ts'

export const HOST = 'client.acme-software.dev'
/** Where an identity that moved answers. */
export const OTHER_HOST = 'login.acme-software.dev'
export const ORIGIN = `https://${HOST}`
export const DOCUMENT_PATH = '/oauth/client.json'
/** Public addresses; connections to them end on this machine. */
export const FIRST_ADDRESS = '93.184.215.14'
export const SECOND_ADDRESS = '93.184.215.15'
export const SIX_ADDRESS = '2606:2800:21f:cb07::1'

/** A published identity: what is watched, and what a healthy host answers. */
export interface Identity {
  readonly targets: readonly Target[]
  readonly answer: (ask: Pick<Ask, 'path' | 'headers'>) => Answer
  /** The main document's version before the newest. */
  readonly olderDocument: string
  /** Path of one recorded version's copy. */
  readonly copyPath: string
}

const PRODUCTION = { environment: 'production', preview: false } as const

const KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  kid: 'first',
  alg: 'ES256',
  use: 'sig',
}
export const KEYS = [KEY, { ...KEY, kid: 'second' }] as const

const PAGES: Readonly<Record<string, string>> = {
  'callback.html': '<!doctype html><title>Back to your editor</title>',
  'index.html': '<!doctype html><title>Acme: client identity</title>',
  'privacy.html': '<!doctype html><title>Privacy</title>',
  'terms.html': '<!doctype html><title>Terms</title>',
  'logo.png': '\u0089PNG',
}

/** The identity of this tree at a public name, with one version before the newest. */
export function identityAt(publishedMinutesAgo: number): Identity {
  const documents = currentDocuments(PRODUCTION)
  const older = documents.map(({ bytes, ...rest }) => ({
    ...rest,
    bytes: bytes.replace('"client_name": "', '"client_name": "Old '),
  }))
  const monthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString()
  const published = new Date(Date.now() - publishedMinutesAgo * 60_000).toISOString()
  const first = recordVersions({ versions: [] }, 'production', older, monthAgo)
  const recorded = recordVersions(first, 'production', documents, published)
  const ledger = {
    versions: recorded.versions.map((each) => ({ ...each, publishedAt: each.recordedAt })),
  }
  return identityOf({ ...SOURCES, ledger }, relocate)
}

/** The identity of this tree, as whoever looks at it from this tree expects it. */
export function identityOf(
  sources: PublishSources = SOURCES,
  move: (target: Target) => Target = (target) => target,
): Identity {
  const built = (file: string) => Buffer.from(PAGES[file] ?? '')
  const watched = targets(PRODUCTION, { sources, built }).map(move)
  const withKeys = watched.some(({ kind }) => kind === 'keys') ? watched : [...watched, keyTarget()]
  const blocks = headerBlocks(routes(PRODUCTION, sources), PRODUCTION)
  const main = withKeys.find(({ path }) => path === DOCUMENT_PATH)
  return {
    targets: withKeys,
    olderDocument: main?.versions[0]?.bytes ?? '',
    copyPath: withKeys.find(({ kind }) => kind === 'copy')?.path ?? '',
    answer: ({ path, headers }) => {
      const target = withKeys.find((each) => each.path === path)
      if (target?.expected === undefined)
        return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found' }
      const etag = etagOf(target.expected)
      const fields = {
        ...TYPES[target.kind],
        ...Object.fromEntries(headersFor(blocks, path)),
        etag,
      }
      return headers['if-none-match'] === etag
        ? { status: 304, headers: fields, body: '' }
        : { status: 200, headers: fields, body: target.expected }
    },
  }
}

const HTML = { 'content-type': 'text/html; charset=utf-8' }
const TYPES: Readonly<Record<Target['kind'], Readonly<Record<string, string>>>> = {
  document: {},
  copy: {},
  file: {},
  keys: {
    'content-type': 'application/json',
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
  },
  callback: HTML,
  page: HTML,
  logo: { 'content-type': 'image/png' },
}

function keyTarget(): Target {
  return {
    kind: 'keys',
    path: JWKS_PATH,
    url: `${ORIGIN}${JWKS_PATH}`,
    clientId: undefined,
    expected: Buffer.from(JSON.stringify({ keys: KEYS })),
    versions: [],
  }
}

/** The tree's origin may be a reserved name; this one is looked at like any other. */
function relocate(target: Target): Target {
  const move = (text: string) => text.replaceAll(ORIGINS.production, ORIGIN)
  return {
    ...target,
    url: move(target.url),
    clientId: target.clientId === undefined ? undefined : move(target.clientId),
    expected: target.expected && Buffer.from(move(Buffer.from(target.expected).toString())),
    versions: target.versions.map((version) => {
      const bytes = move(version.bytes)
      return { ...version, bytes, id: versionId(bytes) }
    }),
  }
}
