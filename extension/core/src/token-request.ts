import * as oauth from 'oauth4webapi'
import { SignInError } from './errors.ts'
import { MAX_TOKEN_LIFETIME_MS } from './limits.ts'
import type { Clock } from './ports.ts'
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

/**
 * Runs one token request and turns what can go wrong into codes. `send` is called a second time only when
 * the server asks for a DPoP nonce (RFC 9449 section 8); a code is never sent twice otherwise.
 * Throws `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`, `cancelled`.
 */
export async function requestTokens(
  clock: Clock,
  issuer: string,
  requestedScopes: readonly string[],
  dpop: oauth.DPoPHandle | undefined,
  send: () => Promise<oauth.TokenEndpointResponse>,
): Promise<TokenSet> {
  const response = await withNonceRetry(dpop, send).catch((error: unknown) => {
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
        : clock.now() + Math.min(expiresIn * 1000, MAX_TOKEN_LIFETIME_MS),
    refreshToken: response.refresh_token,
    scopes: response.scope?.split(' ').filter((scope) => scope !== '') ?? requestedScopes,
    idTokenClaims:
      response.id_token === undefined ? undefined : oauth.getValidatedIdTokenClaims(response),
  }
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
