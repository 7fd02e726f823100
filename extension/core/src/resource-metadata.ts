import { unreachable } from './bounded-fetch.ts'
import type { Challenge } from './challenge.ts'
import { checkEndpoint } from './endpoint-policy.ts'
import { SignInError } from './errors.ts'
import { MAX_AUTHORIZATION_SERVERS } from './limits.ts'
import { fetchJsonDocument, stringArray, type JsonObject } from './json-document.ts'
import type { Clock, Fetch } from './ports.ts'
import type { ServerUrl } from './server-url.ts'

/** What a protected resource says of itself (RFC 9728 section 2), checked. Strings are verbatim. */
export interface ResourceMetadata {
  /** Sent as `resource`, byte for byte (RFC 8707 section 2). */
  readonly resource: string
  /** At least one issuer identifier. */
  readonly authorizationServers: readonly string[]
  readonly scopesSupported: readonly string[] | undefined
  /** Its tokens must be bound to a key (RFC 9728 section 2). */
  readonly dpopRequired: boolean
  /** False when `resource` is a parent path of the server URL: accepted, and worth a note. */
  readonly exact: boolean
  /** Where it was found. */
  readonly url: string
}

/**
 * Finds and checks the metadata of a protected resource: the challenge's URL, else the path form, else the
 * root form, and nothing else (MCP discovery; RFC 9728 sections 3.1, 3.3, 5.1).
 * Throws `resource_metadata_missing`, `resource_metadata_invalid`, `resource_mismatch`,
 * `endpoint_insecure`, `discovery_unreachable`, `response_too_large`, `cancelled`.
 */
export async function fetchResourceMetadata(
  ports: { readonly fetch: Fetch; readonly clock: Clock },
  server: ServerUrl,
  challenge: Challenge,
  signal: AbortSignal,
): Promise<ResourceMetadata> {
  const tried: string[] = []
  for (const url of resourceMetadataUrls(server, challenge)) {
    tried.push(url)
    try {
      const document = await fetchJsonDocument(ports, url, signal)
      if (document.kind === 'found') return checkResourceMetadata(document.body, url, server)
      if (document.kind === 'invalid') {
        throw new SignInError('resource_metadata_invalid', { url, reason: document.reason })
      }
    } catch (error) {
      throw unreachable('discovery_unreachable', error)
    }
  }
  throw new SignInError('resource_metadata_missing', { tried })
}

/** The places to ask, in order: the challenge's own, or the well-known ones. */
function resourceMetadataUrls(server: ServerUrl, challenge: Challenge): readonly string[] {
  return challenge.resourceMetadata === undefined
    ? wellKnownUrls(server)
    : [checkEndpoint('resource_metadata', challenge.resourceMetadata, server).href]
}

/**
 * Where a resource publishes its metadata when nothing else is said, in order: the path form, then the root
 * form (RFC 9728 section 3.1: inserted between host and path, final slash dropped). On the server's own
 * origin. Pure.
 */
export function wellKnownUrls(server: ServerUrl): readonly [string, ...string[]] {
  const { origin, pathname, search } = new URL(server.href)
  const root = `${origin}/.well-known/oauth-protected-resource`
  const path = pathname.replace(/\/$/, '')
  return path === '' && search === '' ? [root] : [`${root}${path}${search}`, root]
}

function checkResourceMetadata(body: JsonObject, url: string, server: ServerUrl): ResourceMetadata {
  const { resource } = body
  if (typeof resource !== 'string') {
    throw new SignInError('resource_metadata_invalid', { url, reason: 'resource is not a string' })
  }
  const authorizationServers = stringArray(body.authorization_servers)
  if (authorizationServers === undefined || authorizationServers.length === 0) {
    throw new SignInError('resource_metadata_invalid', { url, reason: 'no authorization_servers' })
  }
  if (authorizationServers.length > MAX_AUTHORIZATION_SERVERS) {
    const reason = `more than ${MAX_AUTHORIZATION_SERVERS} authorization_servers`
    throw new SignInError('resource_metadata_invalid', { url, reason })
  }
  const match = matchResource(resource, server)
  if (match === 'other')
    throw new SignInError('resource_mismatch', { expected: server.url, received: resource })
  return {
    resource,
    authorizationServers,
    scopesSupported: stringArray(body.scopes_supported),
    dpopRequired: body.dpop_bound_access_tokens_required === true,
    exact: match === 'exact',
    url,
  }
}

/**
 * Compares `resource` with the server it was fetched for (RFC 9728 section 3.3). Besides the same string,
 * a parent on the same origin is accepted when it ends at a path segment: many servers publish one
 * resource for several endpoints, and nothing outside the origin is reached by it.
 */
function matchResource(resource: string, server: ServerUrl): 'exact' | 'parent' | 'other' {
  if (resource === server.url || resource === server.href) return 'exact'
  if (!URL.canParse(resource) || resource.includes('#')) return 'other'
  const parent = new URL(resource)
  const child = new URL(server.href)
  const { username, password, search } = parent
  if (parent.origin !== child.origin || `${username}${password}${search}` !== '') return 'other'
  const prefix = parent.pathname.endsWith('/') ? parent.pathname : `${parent.pathname}/`
  return `${child.pathname}/`.startsWith(prefix) ? 'parent' : 'other'
}
