import * as oauth from 'oauth4webapi'
import { isSignInError, SignInError } from './errors.ts'
import type { ClientIdentity } from './identity.ts'
import type { CorePorts } from './ports.ts'
import type { Session } from './session.ts'
import { requestTokens } from './token-request.ts'

/**
 * Refresh token → the session with new tokens (OAuth 2.1 section 4.3, RFC 8707 section 2.2: the resource
 * goes along). The caller holds the session's lock and saves the result before anything uses it.
 * `signal` must not be a person's: a refresh that has left may already have spent its token.
 * Throws `refresh_lost` (`invalid_grant`), `session_expired` (nothing to refresh with),
 * `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`.
 */
export async function refresh(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  issuer: oauth.AuthorizationServer,
  identity: ClientIdentity,
  session: Session,
  signal: AbortSignal,
): Promise<Session> {
  const { refreshToken, proofKey } = session
  if (refreshToken === undefined)
    throw new SignInError('session_expired', { server: session.server })
  try {
    const tokens = await requestTokens(
      ports,
      { issuer, identity, scopes: session.scopes, proofKey, signal },
      async (server, client, auth, options) =>
        await oauth.processRefreshTokenResponse(
          server,
          client,
          await oauth.refreshTokenGrantRequest(server, client, auth, refreshToken, {
            ...options,
            additionalParameters: { resource: session.resource },
          }),
        ),
    )
    return {
      ...session,
      accessToken: tokens.accessToken,
      expiresAt: tokens.expiresAt,
      // Without rotation the old one stays valid (RFC 6749 section 6).
      refreshToken: tokens.refreshToken ?? refreshToken,
      scopes: tokens.scopes,
      signedOut: false,
    }
  } catch (error) {
    if (isSignInError(error, 'token_refused') && error.detail.error === 'invalid_grant') {
      throw new SignInError('refresh_lost', { issuer: issuer.issuer }, { cause: error })
    }
    throw error
  }
}
