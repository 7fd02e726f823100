import { MAX_ERROR_TEXT_CHARS } from './limits.ts'

/**
 * The one error class of the core. `code` is stable and is what callers and tests look at; `detail` is
 * typed per code; `cause` keeps what was caught. Words for people are made elsewhere, from the code.
 *
 * Details never hold tokens, codes, verifiers or secrets, and no text longer than `MAX_ERROR_TEXT_CHARS`.
 * Values marked "peer" are chosen by a server
 * and must not be shown in a notification; in logs they are JSON-encoded.
 */
export interface SignInErrorDetails {
  // Input. What to do: correct it.
  /** Not an absolute http(s) URL without fragment or userinfo (MCP canonical server URI). */
  server_url_invalid: { readonly reason: 'not-a-url' | 'scheme' | 'userinfo' | 'fragment' }
  /** Plain http is for loopback only (OAuth 2.1 section 1.5). */
  server_url_insecure: { readonly host: string }

  // Challenge. What to do: check the server.
  /** No HTTP answer: DNS, connection, TLS or time. */
  server_unreachable: { readonly host: string; readonly reason: NetworkReason }
  /** The server answered without asking for a token: there is nothing to sign in to. */
  server_open: { readonly status: number }
  /** Neither success nor 401. */
  server_unexpected_status: { readonly status: number }

  // Discovery. What to do: tell the server's owner.
  /** No protected resource metadata at any of the places RFC 9728 section 3.1 and the challenge name. */
  resource_metadata_missing: { readonly tried: readonly string[] }
  /** Metadata was found and is not usable (RFC 9728 section 2). */
  resource_metadata_invalid: { readonly url: string; readonly reason: string }
  /** `resource` names something else (RFC 9728 section 3.3). `received`: peer. */
  resource_mismatch: { readonly expected: string; readonly received: string }
  /** The server offers several authorization servers and nobody chose one (RFC 9728 section 7.6). */
  issuer_not_chosen: { readonly issuers: readonly string[] }
  /** No metadata at any of the places of RFC 8414 section 3.1 and OpenID Connect Discovery section 4. */
  issuer_metadata_missing: { readonly issuer: string; readonly tried: readonly string[] }
  issuer_metadata_invalid: { readonly issuer: string; readonly reason: string }
  /** `issuer` in the document is not the one asked for (RFC 8414 section 3.3). `received`: peer. */
  issuer_mismatch: { readonly expected: string; readonly received: string }
  /**
   * S256 is not announced in `code_challenge_methods_supported` (MCP security considerations). `announced`: the
   * list is there, without it.
   */
  pkce_unsupported: { readonly issuer: string; readonly announced: boolean }
  /**
   * A URL handed to us is not https, or points into the local network from outside it. `endpoint`: wire name of
   * the member, or `address` when its name leads there. `url`: peer.
   */
  endpoint_insecure: { readonly endpoint: string; readonly url: string }
  endpoint_missing: { readonly issuer: string; readonly endpoint: string }
  /** A metadata host did not answer. */
  discovery_unreachable: { readonly host: string; readonly reason: NetworkReason }

  // Client identity. What to do: register the client, or enable a mechanism.
  /** No mechanism is left; `reasons` says why each was passed over. */
  no_client_identity: { readonly issuer: string; readonly reasons: readonly IdentityReason[] }
  /** Dynamic registration was refused (RFC 7591 section 3.2.2). `error`: peer. */
  registration_refused: {
    readonly issuer: string
    readonly status: number
    readonly error: string | undefined
  }
  registration_invalid: { readonly issuer: string; readonly reason: string }

  // Browser and redirect.
  /** No receiver could be opened, e.g. no port could be bound. */
  receiver_unavailable: { readonly reason: string }
  /** The browser was not opened: declined, or none found. */
  browser_not_opened: Record<string, never>
  /** Nothing came back in time. The authorization server may have refused the document on its own page. */
  redirect_timeout: { readonly issuer: string; readonly seconds: number }
  /** Arrived somewhere else than the redirect URI of this request (RFC 8252 section 8.10). */
  redirect_uri_mismatch: { readonly expected: string }
  redirect_state_unknown: Record<string, never>
  /** A parameter came twice or does not belong to `response_type=code` (OAuth 2.1 section 4.1). */
  redirect_parameters_invalid: { readonly parameter: string }
  /** `iss` was announced and is absent (RFC 9207 section 2.4). */
  redirect_issuer_missing: { readonly expected: string }
  /** `iss` is not the recorded issuer (RFC 9207 section 2.4). */
  redirect_issuer_mismatch: { readonly expected: string }
  /** The person or a policy said no (`access_denied`). */
  authorization_denied: { readonly issuer: string }
  /** Any other error answer. `error`: peer. */
  authorization_failed: { readonly issuer: string; readonly error: string }

  // Grants without a redirect.
  /** The server's `grant_types_supported` does not list the grant (RFC 8414 section 2). */
  grant_unsupported: { readonly issuer: string; readonly grantType: string }
  /** Nobody answered on the other device before the code ended (RFC 8628 section 3.5). */
  device_code_expired: { readonly issuer: string }

  // Tokens.
  token_unreachable: { readonly host: string; readonly reason: NetworkReason }
  /** The token endpoint refused (RFC 6749 section 5.2). `error`: peer. */
  token_refused: { readonly issuer: string; readonly status: number; readonly error: string }
  token_invalid: { readonly issuer: string; readonly reason: string }
  /** The refresh token is spent, revoked or expired (`invalid_grant`): sign in again. */
  refresh_lost: { readonly issuer: string }

  // Sessions and use.
  session_missing: { readonly server: string }
  /** The access token has expired and there is no refresh token. */
  session_expired: { readonly server: string }
  /** Stored data could not be read; it was moved aside, not deleted. */
  session_corrupt: { readonly quarantined: string }
  store_unavailable: { readonly operation: 'read' | 'write' | 'delete' }
  /** The tokens are bound to a key (RFC 9449 section 7.1): nobody but this program can use one. */
  proof_needed: { readonly server: string }
  /** The server refuses a fresh token. */
  token_rejected: { readonly server: string; readonly status: number }
  /** More access was asked for and not granted, or asked for too often. */
  step_up_refused: { readonly server: string; readonly scopes: readonly string[] }
  /** The server answered with a redirect to another origin; the token was not sent there. */
  cross_origin_redirect: { readonly server: string }
  /** An answer was larger than its limit. */
  response_too_large: { readonly host: string; readonly limitBytes: number }
  /** The person, or the code on their behalf, cancelled. Not a failure. */
  cancelled: Record<string, never>
}

export type SignInErrorCode = keyof SignInErrorDetails

export type NetworkReason =
  'dns' | 'refused' | 'reset' | 'tls' | 'timeout' | 'redirected' | 'unavailable' | 'network'

/** Why a way of identifying this client was passed over. */
export type IdentityReason =
  | 'pre-registered: none configured for this issuer'
  | 'pre-registered: redirect not registered'
  | 'pre-registered: no secret stored'
  | 'cimd: not advertised'
  | 'cimd: public clients not allowed'
  | 'cimd: redirect not in the document'
  | 'cimd: grant not in the document'
  | 'cimd: the published origin is a reserved name'
  | 'cimd: switched off'
  | 'cimd: refused before'
  | 'dcr: not offered'
  | 'dcr: switched off'

/** The one error that leaves the core; see `SignInErrorDetails` for its codes. */
export class SignInError<C extends SignInErrorCode = SignInErrorCode> extends Error {
  override readonly name = 'SignInError'
  readonly code: C
  readonly detail: SignInErrorDetails[C]

  constructor(
    code: C,
    detail: SignInErrorDetails[C],
    options: { readonly cause: unknown } = { cause: undefined },
  ) {
    super(code, options)
    this.code = code
    this.detail = withBoundedText(detail)
  }
}

function withBoundedText<T extends object>(detail: T): T {
  const cut = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(cut)
    return typeof value === 'string' ? value.slice(0, MAX_ERROR_TEXT_CHARS) : value
  }
  return Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, cut(value)])) as T
}

/**
 * True for errors of this class, with this code when one is given, from any copy of this module (bundles
 * carry their own).
 */
export function isSignInError<C extends SignInErrorCode = SignInErrorCode>(
  error: unknown,
  code?: C,
): error is SignInError<C> {
  return (
    error instanceof Error &&
    error.name === 'SignInError' &&
    'code' in error &&
    'detail' in error &&
    (code === undefined || error.code === code)
  )
}
