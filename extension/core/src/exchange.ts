import * as oauth from 'oauth4webapi'
import type { PendingAuthorization } from './authorize.ts'
import type { ClientIdentity } from './identity.ts'
import type { CorePorts } from './ports.ts'
import type { ProofKey } from './proof.ts'
import type { AcceptedRedirect } from './redirect.ts'
import { requestTokens, type TokenSet } from './token-request.ts'

/**
 * Code → tokens, at the token endpoint of the recorded issuer only, with verifier, redirect URI and
 * verbatim resource (OAuth 2.1 section 4.1.3, RFC 8707 section 2). Never repeated on failure: a code is
 * for one use (RFC 6749 section 4.1.2).
 * Throws `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`, `cancelled`.
 */
export async function exchange(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  issuer: oauth.AuthorizationServer,
  identity: ClientIdentity,
  pending: PendingAuthorization,
  redirect: AcceptedRedirect,
  proofKey: ProofKey | undefined,
  signal: AbortSignal,
): Promise<TokenSet> {
  return await requestTokens(
    ports,
    { issuer, identity, scopes: pending.scopes, proofKey, signal },
    async (server, client, auth, options) =>
      await oauth.processAuthorizationCodeResponse(
        server,
        client,
        await oauth.authorizationCodeGrantRequest(
          server,
          client,
          auth,
          redirect,
          pending.redirectUri,
          pending.codeVerifier,
          { ...options, additionalParameters: { resource: pending.resource } },
        ),
      ),
  )
}
