import * as oauth from 'oauth4webapi'
import { clientAuth } from './client-auth.ts'
import type { Discovery } from './discover.ts'
import type { ClientIdentity } from './identity.ts'
import type { CorePorts } from './ports.ts'
import { proofHandle, type ProofKey } from './proof.ts'
import { protocolOptions } from './protocol-request.ts'
import { requestTokens, type TokenSet } from './token-request.ts'

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/**
 * An assertion that somebody else signed → tokens (RFC 7523 section 2.1): an ID-JAG of an enterprise's
 * identity provider, or a workload's own token. `assertion` is confidential and sent to the token endpoint
 * alone; a refusal is final, it is not tried with another grant.
 * Throws `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`, `cancelled`.
 */
export async function exchangeAssertion(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  { issuer, resource }: Discovery,
  identity: ClientIdentity,
  assertion: string,
  scopes: readonly string[] | undefined,
  proofKey: ProofKey | undefined,
  signal: AbortSignal,
): Promise<TokenSet> {
  const client = { client_id: identity.clientId }
  const dpop = proofKey === undefined ? undefined : await proofHandle(proofKey)
  return await requestTokens(ports.clock, issuer.issuer, scopes ?? [], dpop, async () => {
    const response = await oauth.genericTokenEndpointRequest(
      issuer,
      client,
      clientAuth(identity),
      JWT_BEARER,
      {
        assertion,
        resource: resource.resource,
        ...(scopes === undefined ? {} : { scope: scopes.join(' ') }),
      },
      { ...protocolOptions(ports, signal), ...(dpop === undefined ? {} : { DPoP: dpop }) },
    )
    return await oauth.processGenericTokenEndpointResponse(issuer, client, response)
  })
}
