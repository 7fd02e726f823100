import type { AuthorizationServer } from 'oauth4webapi'
import { requestChallenge, type Challenge } from './challenge.ts'
import type { DocumentCache } from './document-cache.ts'
import { SignInError } from './errors.ts'
import { fetchIssuerMetadata } from './issuer-metadata.ts'
import type { CorePorts } from './ports.ts'
import { fetchResourceMetadata, type ResourceMetadata } from './resource-metadata.ts'
import { parseServerUrl, type ServerUrl } from './server-url.ts'
import type { SessionInfo } from './session.ts'
import { note } from './trace.ts'

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

export interface DiscoveryRequest {
  /** As the person gave it. */
  readonly serverUrl: string
  /** A challenge that has just been received, so that the server is not asked again. */
  readonly challenge: Challenge | undefined
  /**
   * The session this server was last signed in with; its issuer is kept while it is still offered, so that
   * nothing hops between authorization servers silently.
   */
  readonly previous: Pick<SessionInfo, 'issuer'> | undefined
}

/**
 * Server URL → challenge → what the resource and its authorization server say of themselves (MCP
 * authorization; RFC 9728, RFC 8414).
 * Throws `issuer_not_chosen` and the codes of `parseServerUrl`, `requestChallenge`,
 * `fetchResourceMetadata` and `fetchIssuerMetadata`.
 */
export async function discover(
  ports: DiscoveryPorts,
  request: DiscoveryRequest,
  signal: AbortSignal,
): Promise<Discovery> {
  const server = parseServerUrl(request.serverUrl)
  const challenge = request.challenge ?? (await requestChallenge(ports, server, signal))
  note(ports, 'challenge', {
    server: server.url,
    scope: challenge.scopes,
    resource_metadata: challenge.resourceMetadata,
  })
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
  const issuerId = await chooseIssuer(
    ports,
    resource.authorizationServers,
    request.previous?.issuer,
    signal,
  )
  const issuer = await fetchIssuerMetadata(ports, issuerId, server, signal)
  note(ports, 'issuer-metadata', {
    issuer: issuer.issuer,
    client_id_metadata_document_supported: issuer.client_id_metadata_document_supported === true,
    registration_endpoint: issuer.registration_endpoint !== undefined,
    authorization_response_iss_parameter_supported:
      issuer.authorization_response_iss_parameter_supported === true,
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
