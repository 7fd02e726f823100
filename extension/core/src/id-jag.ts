import * as oauth from 'oauth4webapi'
import { clientAuth, type ClientAuthentication } from './client-auth.ts'
import { checkEndpoint, onBehalfOf, type NamingServer } from './endpoint-policy.ts'
import { SignInError } from './errors.ts'
import type { CorePorts } from './ports.ts'
import { protocolOptions } from './protocol-request.ts'
import { tokenError } from './token-error.ts'
import { scopeParameter } from './token-request.ts'

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'

/** The enterprise's identity provider, as an administrator configured it. `idToken`: confidential. */
export interface IdentityProvider {
  readonly issuer: string
  readonly tokenEndpoint: string
  /** This client as the identity provider knows it. */
  readonly clientId: string
  readonly authentication: ClientAuthentication
  /** The person's ID token from their sign-in at the identity provider. */
  readonly idToken: string
}

/** Where the assertion is to be used. Both verbatim. */
export interface AssertionTarget {
  readonly issuer: string
  readonly resource: string
  readonly scopes: readonly string[] | undefined
}

/**
 * Exchanges a person's ID token for an Identity Assertion JWT Authorization Grant, bound to one
 * authorization server and one resource (MCP extension
 * io.modelcontextprotocol/enterprise-managed-authorization; RFC 8693 section 2.1). The result is
 * confidential and short-lived; it goes to `exchangeAssertion` and nowhere else.
 * Throws `endpoint_insecure`, `token_unreachable`, `token_refused`, `token_invalid`,
 * `response_too_large`, `cancelled`.
 */
export async function requestIdJag(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  provider: IdentityProvider,
  target: AssertionTarget,
  server: NamingServer,
  signal: AbortSignal,
): Promise<string> {
  // The administrator named it, not the server: where its name leads is not the server's doing.
  const own = onBehalfOf(ports, checkEndpoint('token_endpoint', provider.tokenEndpoint, server))
  const issuer = { issuer: provider.issuer, token_endpoint: provider.tokenEndpoint }
  const client = { client_id: provider.clientId }
  try {
    const response = await oauth.genericTokenEndpointRequest(
      issuer,
      client,
      clientAuth(provider),
      TOKEN_EXCHANGE,
      {
        requested_token_type: ID_JAG,
        audience: target.issuer,
        resource: target.resource,
        subject_token: provider.idToken,
        subject_token_type: ID_TOKEN,
        ...scopeParameter(target.scopes),
      },
      protocolOptions(own, signal),
    )
    const answer = await oauth.processGenericTokenEndpointResponse(issuer, client, response, {
      // RFC 8693 section 2.2.1: the result is not an access token, and says so.
      recognizedTokenTypes: { n_a: () => undefined },
    })
    if (answer.issued_token_type !== ID_JAG) {
      throw new SignInError('token_invalid', {
        issuer: provider.issuer,
        reason: 'issued_token_type',
      })
    }
    return answer.access_token
  } catch (error) {
    throw tokenError(provider.issuer, error)
  }
}
