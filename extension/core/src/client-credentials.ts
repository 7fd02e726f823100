import * as oauth from 'oauth4webapi'
import { clientAuth } from './client-auth.ts'
import { proofHandle } from './proof.ts'
import { protocolOptions } from './protocol-request.ts'
import type { RedirectlessGrant } from './redirectless-grant.ts'
import { requestTokens } from './token-request.ts'

/**
 * The client's own token, no person involved (RFC 6749 section 4.4; MCP extension
 * io.modelcontextprotocol/oauth-client-credentials). The identity has to be able to prove itself.
 * Throws `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`, `cancelled`.
 */
export function clientCredentialsGrant(): RedirectlessGrant {
  return { grantType: 'client_credentials', person: false, obtain }
}

const obtain: RedirectlessGrant['obtain'] = async (
  ports,
  { discovery: { issuer, resource }, identity, scopes, proofKey, signal },
) => {
  const client = { client_id: identity.clientId }
  const dpop = proofKey === undefined ? undefined : await proofHandle(proofKey)
  return await requestTokens(ports.clock, issuer.issuer, scopes ?? [], dpop, async () => {
    const response = await oauth.clientCredentialsGrantRequest(
      issuer,
      client,
      clientAuth(identity),
      {
        resource: resource.resource,
        ...(scopes === undefined ? {} : { scope: scopes.join(' ') }),
      },
      protocolOptions(ports, signal, dpop),
    )
    return await oauth.processClientCredentialsResponse(issuer, client, response)
  })
}
