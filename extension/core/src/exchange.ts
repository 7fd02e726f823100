import * as oauth from 'oauth4webapi'
import type { PendingAuthorization } from './authorize.ts'
import { clientAuth } from './client-auth.ts'
import type { ClientIdentity } from './identity.ts'
import type { CorePorts } from './ports.ts'
import { proofHandle, type ProofKey } from './proof.ts'
import { protocolOptions } from './protocol-request.ts'
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
  const client = { client_id: identity.clientId }
  const dpop = proofKey === undefined ? undefined : await proofHandle(proofKey)
  return await requestTokens(ports.clock, issuer.issuer, pending.scopes ?? [], dpop, async () => {
    const response = await oauth.authorizationCodeGrantRequest(
      issuer,
      client,
      clientAuth(identity),
      redirect,
      pending.redirectUri,
      pending.codeVerifier,
      {
        ...protocolOptions(ports, signal, dpop),
        additionalParameters: { resource: pending.resource },
      },
    )
    return await oauth.processAuthorizationCodeResponse(issuer, client, response)
  })
}
