import {
  DEFAULT_DISCOVERY_FRESHNESS_MS,
  MAX_DISCOVERY_FRESHNESS_MS,
  MIN_DISCOVERY_FRESHNESS_MS,
} from './limits.ts'
import type { JsonObject } from './json-document.ts'
import type { Clock } from './ports.ts'

/**
 * Authorization server metadata kept in memory, one entry per issuer, for as long as its answer allows. Kept
 * as it came: whoever takes it out checks it.
 */
export interface DocumentCache {
  readonly get: (issuer: string) => JsonObject | undefined
  readonly set: (issuer: string, body: JsonObject, headers: Headers) => void
  /** After something failed that this document led to: ask again next time. */
  readonly forget: (issuer: string) => void
}

/** At most this many issuers are remembered; one person's servers are far fewer. */
const MAX_ENTRIES = 100

/** One entry for an issuer with and without a final slash: their places are the same (RFC 8414 section 3.1). */
const keyOf = (issuer: string) => issuer.replace(/\/$/, '')

/** An empty cache. How long an answer is kept: its `Cache-Control`, within the limits of `limits.ts` (RFC 9111 section 5.2.2). */
export function createDocumentCache(clock: Clock): DocumentCache {
  const entries = new Map<string, { readonly body: JsonObject; readonly freshUntil: number }>()
  return {
    get: (issuer) => {
      const entry = entries.get(keyOf(issuer))
      return entry !== undefined && entry.freshUntil > clock.now() ? entry.body : undefined
    },
    set: (issuer, body, headers) => {
      const oldest = entries.keys().next()
      if (entries.size >= MAX_ENTRIES && oldest.done !== true) entries.delete(oldest.value)
      entries.set(keyOf(issuer), { body, freshUntil: clock.now() + freshnessMs(headers) })
    },
    forget: (issuer) => void entries.delete(keyOf(issuer)),
  }
}

/** Milliseconds of freshness from Cache-Control, clamped (RFC 9111 section 5.2.2). */
function freshnessMs(headers: Headers): number {
  const directives = (headers.get('cache-control') ?? '').toLowerCase()
  if (/\bno-(store|cache)\b/.test(directives)) return MIN_DISCOVERY_FRESHNESS_MS
  const seconds = /\bmax-age="?(\d{1,9})/.exec(directives)?.[1]
  if (seconds === undefined) return DEFAULT_DISCOVERY_FRESHNESS_MS
  return Math.min(Number(seconds) * 1000, MAX_DISCOVERY_FRESHNESS_MS)
}
