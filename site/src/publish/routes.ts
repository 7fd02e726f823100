import { clientDocument } from '../client-metadata/document.ts'
import { renderDocument } from '../client-metadata/render.ts'
import type { BuildTarget } from './environment.ts'

/** One machine-readable file: what is served, and how. Build, headers and checks all read this table. */
export interface Route {
  /** Absolute path on the origin. */
  readonly path: string
  /** The path, or a prefix ending in `/*` that shares its header fields: hosts limit their rules. */
  readonly headerPath: string
  readonly body: string
  readonly contentType: string
  readonly cacheControl: string
}

/** Documents and keys, as `Cache-Control: max-age`. */
export const CACHE_SECONDS = {
  /**
   * Ten minutes: what GitHub Pages forces anyway, long enough to carry servers over a short outage, short
   * enough that a mistake is gone the same hour.
   */
  production: 600,
  /** Nobody depends on these, and whoever tries a change wants to see it. */
  staging: 60,
  local: 60,
} as const

/** Every published machine-readable file of one build. A preview publishes none. */
export function routes({ environment, preview }: BuildTarget): readonly Route[] {
  if (preview) return []
  const cacheControl = `public, max-age=${String(CACHE_SECONDS[environment])}`
  return (['client', 'editor'] as const).map((key) => ({
    path: `/oauth/${key}.json`,
    headerPath: `/oauth/${key}.json`,
    body: renderDocument(clientDocument(environment, key)),
    // Without a charset: some servers compare the value exactly, and JSON has none (RFC 8259 section 11).
    contentType: 'application/json',
    cacheControl,
  }))
}
