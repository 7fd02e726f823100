import type { AuthorizationServer } from 'oauth4webapi'
import { unreachable } from './bounded-fetch.ts'
import type { DocumentCache } from './document-cache.ts'
import { checkEndpoint, type NamingServer } from './endpoint-policy.ts'
import { SignInError } from './errors.ts'
import { fetchJsonDocument, stringArray, type JsonObject } from './json-document.ts'
import type { Clock, Fetch } from './ports.ts'
import { isSlashApart, type Tolerance } from './tolerances.ts'

/** Every member this client sends a request to; each is judged before any is used (OAuth 2.1 section 1.5). */
const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'pushed_authorization_request_endpoint',
  'device_authorization_endpoint',
  'userinfo_endpoint',
] as const

/**
 * Finds and checks the metadata of one authorization server (RFC 8414 section 3, OpenID Connect Discovery
 * section 4, in MCP's order). `issuer` is the identifier from the resource's metadata, then untrusted, or from
 * a session; it is compared verbatim, and with a slash more or less only when that is `tolerated`.
 * Throws `issuer_metadata_missing`, `issuer_metadata_invalid`, `issuer_mismatch`, `endpoint_insecure`,
 * `endpoint_missing`, `discovery_unreachable`, `response_too_large`, `cancelled`.
 */
export async function fetchIssuerMetadata(
  ports: { readonly fetch: Fetch; readonly clock: Clock; readonly documents: DocumentCache },
  issuer: string,
  server: NamingServer,
  signal: AbortSignal,
  tolerated: readonly Tolerance[] = [],
): Promise<AuthorizationServer> {
  const cached = ports.documents.get(issuer)
  if (cached !== undefined) return checkIssuerMetadata(cached, issuer, server, tolerated)
  if (/[?#]/.test(issuer)) {
    const reason = 'an issuer has neither query nor fragment (RFC 8414 section 2)'
    throw new SignInError('issuer_metadata_invalid', { issuer, reason })
  }
  const tried: string[] = []
  for (const url of issuerMetadataUrls(checkEndpoint('issuer', issuer, server))) {
    tried.push(url)
    try {
      const document = await fetchJsonDocument(ports, url, signal)
      if (document.kind === 'invalid') {
        throw new SignInError('issuer_metadata_invalid', { issuer, reason: document.reason })
      }
      if (document.kind === 'found') {
        const metadata = checkIssuerMetadata(document.body, issuer, server, tolerated)
        ports.documents.set(issuer, document.body, document.headers)
        return metadata
      }
    } catch (error) {
      throw unreachable('discovery_unreachable', error)
    }
  }
  throw new SignInError('issuer_metadata_missing', { issuer, tried })
}

/** The places to ask, in MCP's order; never the root form for an issuer that has a path. */
function issuerMetadataUrls(issuer: URL): readonly string[] {
  const path = issuer.pathname.replace(/\/$/, '')
  const oauth = `${issuer.origin}/.well-known/oauth-authorization-server${path}`
  const openid = `${issuer.origin}/.well-known/openid-configuration${path}`
  return path === ''
    ? [oauth, openid]
    : [oauth, openid, `${issuer.origin}${path}/.well-known/openid-configuration`]
}

function checkIssuerMetadata(
  body: JsonObject,
  issuer: string,
  server: NamingServer,
  tolerated: readonly Tolerance[],
): AuthorizationServer {
  if (typeof body.issuer !== 'string') {
    throw new SignInError('issuer_metadata_invalid', { issuer, reason: 'issuer is not a string' })
  }
  // RFC 8414 section 3.3 asks for the same string; a URL parser would already have changed it.
  const same =
    body.issuer === issuer ||
    (tolerated.includes('issuer_trailing_slash') && isSlashApart(body.issuer, issuer))
  if (!same) throw new SignInError('issuer_mismatch', { expected: issuer, received: body.issuer })
  for (const endpoint of ENDPOINTS) {
    const url = body[endpoint]
    if (url === undefined) continue
    if (typeof url !== 'string') {
      throw new SignInError('issuer_metadata_invalid', {
        issuer,
        reason: `${endpoint} is not a string`,
      })
    }
    checkEndpoint(endpoint, url, server)
  }
  if (body.token_endpoint === undefined)
    throw new SignInError('endpoint_missing', { issuer, endpoint: 'token_endpoint' })
  for (const list of [
    'scopes_supported',
    'token_endpoint_auth_methods_supported',
    'grant_types_supported',
    'dpop_signing_alg_values_supported',
  ]) {
    if (body[list] !== undefined && stringArray(body[list]) === undefined) {
      throw new SignInError('issuer_metadata_invalid', {
        issuer,
        reason: `${list} is not a list of strings`,
      })
    }
  }
  return { ...body, issuer: body.issuer }
}

/**
 * Before a code is asked for: a server that does not announce S256 may ignore the challenge, so it is refused
 * (MCP authorization code protection), unless it announces nothing and that is `tolerated`. A refresh asks for
 * no code. `issuer` as for `fetchIssuerMetadata`. Throws `pkce_unsupported`. Pure.
 */
export function checkPkce(
  issuer: string,
  metadata: AuthorizationServer,
  tolerated: readonly Tolerance[],
): void {
  const methods: unknown = metadata.code_challenge_methods_supported
  if (metadata.authorization_endpoint === undefined) return
  if (stringArray(methods)?.includes('S256') === true) return
  const announced = methods !== undefined
  if (announced || !tolerated.includes('code_challenge_methods_missing'))
    throw new SignInError('pkce_unsupported', { issuer, announced })
}
