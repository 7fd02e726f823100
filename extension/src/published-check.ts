import {
  boundedFetch,
  METADATA_REQUEST,
  NetworkFailure,
  parseJsonObject,
  type CorePorts,
  type NetworkReason,
} from '@signet/core'
import {
  MAX_DOCUMENT_BYTES,
  renderDocument,
  type PublishedIdentity,
} from '@signet/site/client-metadata'

/** What an authorization server would hold against the document that is served (CIMD draft section 4). */
export type PublishedProblem =
  | { readonly kind: 'unreachable'; readonly reason: NetworkReason }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'content-type' | 'too-large' | 'not-json' | 'client-id' }
  | { readonly kind: 'redirects'; readonly missing: readonly string[] }
  /** Servers take it, but it is not what this build publishes. `members`: names, of a document's author. */
  | { readonly kind: 'differs'; readonly members: readonly string[] }

/** A document as a server received it. */
export interface ServedDocument {
  readonly status: number
  readonly contentType: string | null
  readonly text: string
}

/**
 * Fetches the document behind a client_id as an authorization server does, and judges it. Throws `cancelled`
 * and `response_too_large`.
 */
export async function checkPublished(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  identity: PublishedIdentity,
  signal: AbortSignal,
): Promise<readonly PublishedProblem[]> {
  try {
    const response = await boundedFetch(ports, identity.clientId, { ...METADATA_REQUEST, signal })
    const contentType = response.headers.get('content-type')
    const served = { status: response.status, contentType, text: await response.text() }
    return judgePublished(served, identity)
  } catch (error) {
    if (error instanceof NetworkFailure) return [{ kind: 'unreachable', reason: error.reason }]
    throw error
  }
}

/** The first thing that stops a server, or else everything this extension would miss. Pure. */
export function judgePublished(
  { status, contentType, text }: ServedDocument,
  {
    clientId,
    redirectUris,
    document,
  }: Pick<PublishedIdentity, 'clientId' | 'redirectUris' | 'document'>,
): readonly PublishedProblem[] {
  if (status !== 200) return [{ kind: 'status', status }]
  if (!/^application\/([\w.-]+\+)?json *(;|$)/i.test(contentType ?? ''))
    return [{ kind: 'content-type' }]
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return [{ kind: 'too-large' }]
  const served = parseJsonObject(text)
  if (served === undefined) return [{ kind: 'not-json' }]
  if (served.client_id !== clientId) return [{ kind: 'client-id' }]
  const listed: readonly unknown[] = Array.isArray(served.redirect_uris) ? served.redirect_uris : []
  const missing = redirectUris.filter((uri) => !listed.includes(uri))
  if (missing.length > 0) return [{ kind: 'redirects', missing }]
  if (text === renderDocument(document)) return []
  const own: Readonly<Record<string, unknown>> = { ...document }
  const members = [...new Set([...Object.keys(own), ...Object.keys(served)])].filter(
    (name) => JSON.stringify(own[name]) !== JSON.stringify(served[name]),
  )
  return [{ kind: 'differs', members }]
}
