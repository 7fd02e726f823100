import { boundedFetch, isUnavailable, NetworkFailure } from './bounded-fetch.ts'
import type { Clock, Fetch } from './ports.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** What one metadata URL answered. `invalid` carries our own words, never the peer's. */
export type JsonDocument =
  | { readonly kind: 'found'; readonly body: JsonObject; readonly headers: Headers }
  | { readonly kind: 'absent'; readonly status: number }
  | { readonly kind: 'invalid'; readonly reason: string }

/** The request for a metadata document: the same for each. */
export const METADATA_REQUEST = {
  method: 'GET',
  headers: { accept: 'application/json' },
  body: undefined,
} as const

/**
 * Fetches one JSON metadata document. Any 4xx but 429 is `absent`, so that the next well-known place is
 * tried; a server that cannot answer now (`isUnavailable`) counts as not reached, since it may have the
 * document; everything else that is not a 200 with a JSON object is `invalid`. Both end the search.
 * Throws `NetworkFailure`, `response_too_large`, `cancelled`.
 */
export async function fetchJsonDocument(
  ports: { readonly fetch: Fetch; readonly clock: Clock },
  url: string,
  signal: AbortSignal,
): Promise<JsonDocument> {
  const response = await boundedFetch(ports, url, { ...METADATA_REQUEST, signal })
  if (isUnavailable(response.status))
    throw new NetworkFailure(new URL(url).host, 'unavailable', { cause: undefined })
  if (response.status >= 400 && response.status < 500)
    return { kind: 'absent', status: response.status }
  if (response.status !== 200) return { kind: 'invalid', reason: `status ${response.status}` }
  const body = parseJsonObject(await response.text())
  if (body === undefined) return { kind: 'invalid', reason: 'not a JSON object' }
  return { kind: 'found', body, headers: response.headers }
}

/** A JSON object, or undefined for anything else. Input is untrusted. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** True for what JSON calls an object: no list, not null. The value is untrusted. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value when it is an array of strings, undefined when absent or of another shape. */
export function stringArray(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item): item is string => typeof item === 'string')
    ? value
    : undefined
}
