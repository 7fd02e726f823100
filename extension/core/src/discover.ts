import type { AuthorizationServer } from 'oauth4webapi'
import { requestChallenge, type Challenge } from './challenge.ts'
import type { DocumentCache } from './document-cache.ts'
import { askEarly } from './early-question.ts'
import { SignInError } from './errors.ts'
import { checkPkce, fetchIssuerMetadata } from './issuer-metadata.ts'
import type { CorePorts } from './ports.ts'
import { fetchResourceMetadata, wellKnownUrls, type ResourceMetadata } from './resource-metadata.ts'
import { parseServerUrl, type ServerUrl } from './server-url.ts'
import { isSlashApart, toleratedIn, type Tolerances } from './tolerances.ts'
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
  readonly previous: { readonly issuer: string } | undefined
  /** What is allowed for single issuers, in a setting. */
  readonly sources: { readonly tolerances?: Tolerances }
}

/**
 * Server URL → challenge → what the resource and its authorization server say of themselves (MCP
 * authorization; RFC 9728, RFC 8414).
 *
 * The well-known metadata of the resource is asked for beside the challenge, not after it. That is within
 * MCP's order, which rules what is used: the challenge's URL when it names one, else the well-known places
 * one after the other. The early answer is used only where that order would ask the same question, and the
 * question itself is a GET for a public document on the origin that the person named.
 *
 * Throws `issuer_not_chosen`, `pkce_unsupported` and the codes of `parseServerUrl`, `requestChallenge`,
 * `fetchResourceMetadata` and `fetchIssuerMetadata`.
 */
export async function discover(
  ports: DiscoveryPorts,
  request: DiscoveryRequest,
  signal: AbortSignal,
): Promise<Discovery> {
  const server = parseServerUrl(request.serverUrl)
  const { challenge, resource } = await discoverResource(ports, server, request.challenge, signal)
  const { tolerances } = request.sources
  const named = await chooseIssuer(ports, resource.authorizationServers, request, signal)
  const tolerated = tolerances?.get(named) ?? []
  const issuer = await fetchIssuerMetadata(ports, named, server, signal, tolerated)
  checkPkce(named, issuer, tolerated)
  const used = toleratedIn(named, issuer)
  const { previous } = request
  const moved = previous !== undefined && previous.issuer !== issuer.issuer
  note(
    ports,
    'issuer-metadata',
    {
      issuer: issuer.issuer,
      client_id_metadata_document_supported: issuer.client_id_metadata_document_supported === true,
      registration_endpoint: issuer.registration_endpoint !== undefined,
      authorization_response_iss_parameter_supported:
        issuer.authorization_response_iss_parameter_supported === true,
      ...(used.length === 0 ? {} : { tolerated: used, named }),
      ...(moved ? { instead_of: previous.issuer } : {}),
    },
    used.length > 0 || moved ? 'note' : 'ok',
  )
  return { server, challenge, resource, issuer }
}

async function discoverResource(
  ports: DiscoveryPorts,
  server: ServerUrl,
  received: Challenge | undefined,
  signal: AbortSignal,
): Promise<Pick<Discovery, 'challenge' | 'resource'>> {
  const [wellKnown] = wellKnownUrls(server)
  const early =
    received === undefined
      ? askEarly(ports, wellKnown, signal)
      : { ports, withdraw: () => undefined }
  try {
    const challenge = received ?? (await requestChallenge(ports, server, signal))
    note(ports, 'challenge', {
      server: server.url,
      scope: challenge.scopes,
      resource_metadata: challenge.resourceMetadata,
    })
    const resource = await fetchResourceMetadata(early.ports, server, challenge, signal)
    note(
      ports,
      'resource-metadata',
      {
        url: resource.url,
        resource: resource.resource,
        authorization_servers: resource.authorizationServers,
        scopes_supported: resource.scopesSupported,
      },
      resource.exact ? 'ok' : 'note',
    )
    return { challenge, resource }
  } finally {
    early.withdraw()
  }
}

async function chooseIssuer(
  ports: Pick<CorePorts, 'chooseIssuer'>,
  offered: readonly string[],
  { previous, sources }: Pick<DiscoveryRequest, 'previous' | 'sources'>,
  signal: AbortSignal,
): Promise<string> {
  const [first, ...others] = [...new Set(offered)]
  if (first !== undefined && others.length === 0) return first
  const kept = offered.find(
    (named) =>
      named === previous?.issuer ||
      (previous !== undefined &&
        sources.tolerances?.get(named)?.includes('issuer_trailing_slash') === true &&
        isSlashApart(named, previous.issuer)),
  )
  if (kept !== undefined) return kept
  const chosen = await ports.chooseIssuer(offered, signal)
  if (chosen === undefined || !offered.includes(chosen)) {
    throw new SignInError('issuer_not_chosen', { issuers: offered })
  }
  return chosen
}
