import * as oauth from 'oauth4webapi'
import { clientAuth } from './client-auth.ts'
import { SignInError } from './errors.ts'
import type { ClientIdentity } from './identity.ts'
import { MAX_TOKEN_LIFETIME_MS } from './limits.ts'
import type { CorePorts } from './ports.ts'
import { proofHandle, type ProofKey } from './proof.ts'
import { protocolOptions, type ProtocolOptions } from './protocol-request.ts'
import { tokenError } from './token-error.ts'

/** What a token endpoint granted. Tokens: confidential. */
export interface TokenSet {
  readonly accessToken: string
  readonly tokenType: 'bearer' | 'dpop'
  /** Milliseconds since the epoch; undefined when the server did not say. */
  readonly expiresAt: number | undefined
  readonly refreshToken: string | undefined
  /** As granted: the server's word when it gave one, else what was asked for (RFC 6749 section 5.1). */
  readonly scopes: readonly string[]
  /** Claims of a verified-shape ID token, for naming the account only. */
  readonly idTokenClaims: Readonly<Record<string, unknown>> | undefined
}

/**
 * Visible characters without a space (RFC 6749 appendix A.12, RFC 6750 section 2.1). Anything else cannot
 * stand in a header, and the network stack's complaint about it would quote the token.
 */
const SENDABLE_TOKEN = /^[\x21-\x7e]+$/

/** Who asks for tokens, where, and what for; the same for every grant. */
export interface TokenRequest {
  readonly issuer: oauth.AuthorizationServer
  readonly identity: ClientIdentity
  /** As asked for; undefined: the parameter was left out. */
  readonly scopes: readonly string[] | undefined
  readonly proofKey: ProofKey | undefined
  readonly signal: AbortSignal
}

/** One request of a grant, and its answer as the library judges it. */
export type SendTokenRequest = (
  issuer: oauth.AuthorizationServer,
  client: oauth.Client,
  auth: oauth.ClientAuth,
  options: ProtocolOptions,
) => Promise<oauth.TokenEndpointResponse>

/**
 * Runs one token request and turns what can go wrong into codes. `send` is called a second time only when
 * the server asks for a DPoP nonce (RFC 9449 section 8); a code is never sent twice otherwise.
 * Throws `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`, `cancelled`.
 */
export async function requestTokens(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  { issuer: server, identity, scopes, proofKey, signal }: TokenRequest,
  send: SendTokenRequest,
): Promise<TokenSet> {
  const { issuer } = server
  const client = { client_id: identity.clientId }
  const dpop = proofKey === undefined ? undefined : await proofHandle(proofKey)
  const options = protocolOptions(ports, signal, dpop)
  const attempt = async () => await send(server, client, clientAuth(identity), options)
  const response = await withNonceRetry(dpop, attempt).catch((error: unknown) => {
    throw tokenError(issuer, error)
  })
  const { token_type: granted, expires_in: expiresIn } = response
  const tokenType = dpop === undefined ? 'bearer' : 'dpop'
  if (granted !== tokenType) {
    // A bound token without its key, or an unbound one where proof was required, is not what was asked for.
    throw new SignInError('token_invalid', { issuer, reason: 'token_type' })
  }
  if (!SENDABLE_TOKEN.test(response.access_token)) {
    throw new SignInError('token_invalid', { issuer, reason: 'access_token' })
  }
  return {
    accessToken: response.access_token,
    tokenType,
    expiresAt:
      expiresIn === undefined
        ? undefined
        : ports.clock.now() + Math.min(expiresIn * 1000, MAX_TOKEN_LIFETIME_MS),
    refreshToken: response.refresh_token,
    scopes: response.scope?.split(' ').filter((scope) => scope !== '') ?? scopes ?? [],
    idTokenClaims:
      response.id_token === undefined ? undefined : oauth.getValidatedIdTokenClaims(response),
  }
}

/** `scope` of a request, left out when nothing was asked for (RFC 6749 section 3.3). Pure. */
export function scopeParameter(
  scopes: readonly string[] | undefined,
): Readonly<Record<string, string>> {
  return scopes === undefined ? {} : { scope: scopes.join(' ') }
}

async function withNonceRetry(
  dpop: oauth.DPoPHandle | undefined,
  send: () => Promise<oauth.TokenEndpointResponse>,
): Promise<oauth.TokenEndpointResponse> {
  try {
    return await send()
  } catch (error) {
    if (dpop === undefined || !oauth.isDPoPNonceError(error)) throw error
    return await send()
  }
}
