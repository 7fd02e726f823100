import type { AuthorizationServer } from 'oauth4webapi'
import type { Challenge } from './challenge.ts'
import type { DocumentCache } from './document-cache.ts'
import { SignInError } from './errors.ts'
import { fetchIssuerMetadata } from './issuer-metadata.ts'
import type { CorePorts } from './ports.ts'
import { fetchResourceMetadata, type ResourceMetadata } from './resource-metadata.ts'
import type { ServerUrl } from './server-url.ts'

/** Everything that is known before the person is asked for anything. */
export interface Discovery {
  readonly server: ServerUrl
  readonly challenge: Challenge
  readonly resource: ResourceMetadata
  readonly issuer: AuthorizationServer
}

type DiscoveryPorts = Pick<CorePorts, 'fetch' | 'clock' | 'chooseIssuer' | 'trace'> & {
  readonly documents: DocumentCache
}

/**
 * Challenge → what the resource and its authorization server say of themselves (RFC 9728, RFC 8414).
 * `preferredIssuer` is the one this server was last signed in with; it is kept while it is still offered,
 * so that nothing hops between authorization servers silently.
 * Throws `issuer_not_chosen` and the codes of `fetchResourceMetadata` and `fetchIssuerMetadata`.
 */
export async function discover(
  ports: DiscoveryPorts,
  server: ServerUrl,
  challenge: Challenge,
  preferredIssuer: string | undefined,
  signal: AbortSignal,
): Promise<Discovery> {
  const resource = await fetchResourceMetadata(ports, server, challenge, signal)
  ports.trace({
    step: 'resource-metadata',
    at: ports.clock.now(),
    outcome: resource.exact ? 'ok' : 'note',
    detail: {
      url: resource.url,
      resource: resource.resource,
      authorization_servers: resource.authorizationServers,
      scopes_supported: resource.scopesSupported,
    },
  })
  const issuerId = await chooseIssuer(ports, resource.authorizationServers, preferredIssuer, signal)
  const issuer = await fetchIssuerMetadata(ports, issuerId, server, signal)
  ports.trace({
    step: 'issuer-metadata',
    at: ports.clock.now(),
    outcome: 'ok',
    detail: {
      issuer: issuer.issuer,
      client_id_metadata_document_supported: issuer.client_id_metadata_document_supported === true,
      registration_endpoint: issuer.registration_endpoint !== undefined,
      authorization_response_iss_parameter_supported:
        issuer.authorization_response_iss_parameter_supported === true,
    },
  })
  return { server, challenge, resource, issuer }
}

async function chooseIssuer(
  ports: Pick<CorePorts, 'chooseIssuer'>,
  offered: readonly string[],
  preferred: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const [first, ...others] = [...new Set(offered)]
  if (first !== undefined && others.length === 0) return first
  if (preferred !== undefined && offered.includes(preferred)) return preferred
  const chosen = await ports.chooseIssuer(offered, signal)
  if (chosen === undefined || !offered.includes(chosen)) {
    throw new SignInError('issuer_not_chosen', { issuers: offered })
  }
  return chosen
}
