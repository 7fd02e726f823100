import type { Environment } from '../client-metadata/clients.ts'
import { clientDocument } from '../client-metadata/document.ts'
import { renderDocument } from '../client-metadata/render.ts'

/** One machine-readable file: what is served, and how. Build, headers and checks all read this table. */
export interface Route {
  /** Absolute path on the origin. */
  readonly path: string
  readonly body: string
  readonly contentType: 'application/json'
  readonly cacheControl: string
}

/**
 * Ten minutes: what GitHub Pages forces anyway, long enough to carry servers over a short outage, short
 * enough that a mistake is gone the same hour.
 */
const DOCUMENT_CACHE = 'public, max-age=600'

/** Every published machine-readable file of one environment. */
export function routes(environment: Environment): readonly Route[] {
  return (['client', 'editor'] as const).map((key) => ({
    path: `/oauth/${key}.json`,
    body: renderDocument(clientDocument(environment, key)),
    contentType: 'application/json',
    cacheControl: DOCUMENT_CACHE,
  }))
}
