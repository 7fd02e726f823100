import * as oauth from 'oauth4webapi'
import { requestIdJag, type AssertionTarget, type IdentityProvider } from './id-jag.ts'
import type { CorePorts } from './ports.ts'
import type { GrantAttempt, RedirectlessGrant } from './redirectless-grant.ts'
import { requestTokens, scopeParameter, type TokenSet } from './token-request.ts'
import { note } from './trace.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/**
 * The enterprise's identity provider vouches for the person (MCP extension
 * io.modelcontextprotocol/enterprise-managed-authorization).
 * Throws the codes of `requestIdJag` and of a token request.
 */
export function enterpriseGrant(provider: IdentityProvider): RedirectlessGrant {
  return assertionGrant(
    'enterprise',
    async (ports, target, { discovery, signal }) =>
      await requestIdJag(ports, provider, target, discovery.server, signal),
  )
}

/**
 * The platform this runs on vouches for the workload (RFC 7523 section 2.1). `assertion` is asked per use,
 * because such tokens are short-lived; what it returns is confidential.
 */
export function workloadGrant(
  assertion: (target: Pick<AssertionTarget, 'issuer' | 'resource'>) => Promise<string>,
): RedirectlessGrant {
  return assertionGrant(
    'workload',
    async (_ports, { issuer, resource }) => await assertion({ issuer, resource }),
  )
}

type Ports = Pick<CorePorts, 'fetch' | 'clock' | 'trace'>

function assertionGrant(
  kind: string,
  vouch: (ports: Ports, target: AssertionTarget, attempt: GrantAttempt) => Promise<string>,
): RedirectlessGrant {
  return {
    grantType: JWT_BEARER,
    person: false,
    obtain: async (ports, attempt) => {
      const { issuer } = attempt.discovery.issuer
      const { resource } = attempt.discovery.resource
      const target = { issuer, resource, scopes: attempt.scopes }
      const assertion = await vouch(ports, target, attempt)
      note(ports, 'assertion', { issuer, resource, kind })
      return await exchangeAssertion(ports, attempt, assertion)
    },
  }
}

/**
 * An assertion that somebody else signed → tokens (RFC 7523 section 2.1). It is sent to the token endpoint
 * alone; a refusal is final, it is not tried with another grant.
 * Throws `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`, `cancelled`.
 */
async function exchangeAssertion(
  ports: Ports,
  attempt: GrantAttempt,
  assertion: string,
): Promise<TokenSet> {
  const { issuer, resource } = attempt.discovery
  return await requestTokens(
    ports,
    { ...attempt, issuer },
    async (server, client, auth, options) =>
      await oauth.processGenericTokenEndpointResponse(
        server,
        client,
        await oauth.genericTokenEndpointRequest(
          server,
          client,
          auth,
          JWT_BEARER,
          { assertion, resource: resource.resource, ...scopeParameter(attempt.scopes) },
          options,
        ),
      ),
  )
}
