import { CALLBACK_PATH, CLIENTS, JWKS_PATH, ORIGINS } from '../client-metadata/clients.ts'
import { documentPath } from '../client-metadata/document.ts'
import { versionsOf, type PublishedVersion } from '../client-metadata/versions.ts'
import type { BuildTarget } from '../publish/environment.ts'
import { IMMUTABLE_CACHE } from '../publish/headers.ts'
import { routes } from '../publish/routes.ts'
import { SOURCES, type PublishSources } from '../publish/sources.ts'

/** What a target is decides what is asked of it. */
export type TargetKind = 'document' | 'keys' | 'copy' | 'file' | 'callback' | 'page' | 'logo'

/** One URL to watch, and what should be there. */
export interface Target {
  readonly kind: TargetKind
  /** Absolute path; the target's name in history and alerts. */
  readonly path: string
  /** Where it is asked for. */
  readonly url: string
  /** The client_id a document has to name; its own URL unless it is asked elsewhere. */
  readonly clientId: string | undefined
  /** The bytes that should be served; undefined: nobody knows them, as for pages without a build at hand. */
  readonly expected: Uint8Array | undefined
  /** A document's recorded versions, oldest first. */
  readonly versions: readonly PublishedVersion[]
}

/** Pages that documents point people to, and the bounce page, which is part of what is trusted. */
const PAGES: readonly (readonly [TargetKind, string, string])[] = [
  ['callback', CALLBACK_PATH, 'callback.html'],
  ['logo', '/logo.png', 'logo.png'],
  ['page', '/', 'index.html'],
  ['page', '/privacy', 'privacy.html'],
  ['page', '/terms', 'terms.html'],
]

export interface TargetOptions {
  /** Where to ask instead of the environment's own origin; no trailing slash. */
  readonly origin?: string
  readonly sources?: PublishSources
  /** Bytes of a built page by its file name; undefined: no such file. */
  readonly built?: (file: string) => Uint8Array | undefined
}

/** Everything one environment publishes, from the table that publishes it. */
export function targets(
  target: BuildTarget,
  { origin = ORIGINS[target.environment], sources = SOURCES, built }: TargetOptions = {},
): readonly Target[] {
  const documents = new Set(CLIENTS[target.environment].map(documentPath))
  const files = routes(target, sources).map(({ path, body, cacheControl }): Target => {
    const isDocument = documents.has(path)
    const clientId = isDocument ? `${ORIGINS[target.environment]}${path}` : undefined
    const versions = clientId === undefined ? [] : versionsOf(sources.ledger, clientId)
    return {
      kind: isDocument ? 'document' : fileKind(path, cacheControl),
      path,
      url: `${origin}${path}`,
      clientId,
      // What is on record is what should be live; a tree may be ahead of it.
      expected: Buffer.from(versions.at(-1)?.bytes ?? body),
      versions,
    }
  })
  const pages = PAGES.map(([kind, path, file]): Target => {
    const expected = built?.(file)
    return { kind, path, url: `${origin}${path}`, clientId: undefined, expected, versions: [] }
  })
  return [...files, ...pages]
}

function fileKind(path: string, cacheControl: string): TargetKind {
  if (path === JWKS_PATH) return 'keys'
  return cacheControl === IMMUTABLE_CACHE ? 'copy' : 'file'
}
