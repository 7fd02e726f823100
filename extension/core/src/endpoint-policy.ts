import { SignInError } from './errors.ts'
import { hostReach, mayName } from './host-reach.ts'
import type { Fetch } from './ports.ts'
import type { ServerUrl } from './server-url.ts'

/** What of a server decides where it may send this client. */
export type NamingServer = Pick<ServerUrl, 'hostname' | 'reach'>

/**
 * Checks one URL that a server handed us before it is fetched or opened: https only, and no way from an
 * outside server into this network or this machine (MCP security best practices, SSRF; OAuth 2.1 section
 * 1.5). A server that is itself on a private network may name private hosts; one on loopback may name
 * loopback too, over http as well. Its own host is no further in than the person has already gone.
 *
 * `endpoint` is the wire name of the member; `url` is untrusted. Returns the URL to fetch. Names are judged
 * again by their addresses when they are fetched, see `onBehalfOf`.
 * Throws `endpoint_insecure`.
 */
export function checkEndpoint(endpoint: string, url: string, server: NamingServer): URL {
  const refuse = () => new SignInError('endpoint_insecure', { endpoint, url })
  if (!URL.canParse(url)) throw refuse()
  const parsed = new URL(url)
  const { protocol, username, password, hostname } = parsed
  if (username !== '' || password !== '') throw refuse()
  const reach = hostReach(hostname)
  if (hostname !== server.hostname && !mayName(server.reach, reach)) throw refuse()
  if (protocol !== 'https:' && !(protocol === 'http:' && reach === 'loopback')) throw refuse()
  return parsed
}

/**
 * The same ports, with each request marked as made on one server's word, so that the host's fetch refuses
 * names that lead from an outside server to addresses inside (DNS rebinding; see `FetchInit.namedBy`). The
 * mark that is set first, nearest to the request, counts.
 */
export function onBehalfOf<P extends { readonly fetch: Fetch }>(
  ports: P,
  { hostname }: { readonly hostname: string },
): P {
  return {
    ...ports,
    fetch: async (url, init) => await ports.fetch(url, { namedBy: hostname, ...init }),
  }
}
