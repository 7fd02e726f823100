import * as oauth from 'oauth4webapi'
import type { RedirectlessGrant } from './redirectless-grant.ts'
import { requestTokens, scopeParameter } from './token-request.ts'

/**
 * The client's own token, no person involved (RFC 6749 section 4.4; MCP extension
 * io.modelcontextprotocol/oauth-client-credentials). The identity has to be able to prove itself.
 * Throws `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`, `cancelled`.
 */
export function clientCredentialsGrant(): RedirectlessGrant {
  return { grantType: 'client_credentials', person: false, obtain }
}

const obtain: RedirectlessGrant['obtain'] = async (ports, attempt) => {
  const { issuer, resource } = attempt.discovery
  return await requestTokens(
    ports,
    { ...attempt, issuer },
    async (server, client, auth, options) =>
      await oauth.processClientCredentialsResponse(
        server,
        client,
        await oauth.clientCredentialsGrantRequest(
          server,
          client,
          auth,
          { resource: resource.resource, ...scopeParameter(attempt.scopes) },
          options,
        ),
      ),
  )
}
