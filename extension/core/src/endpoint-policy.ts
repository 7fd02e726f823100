import { SignInError } from './errors.ts'
import { isLoopbackHost, type ServerUrl } from './server-url.ts'

/**
 * Checks one URL that a server handed us before it is fetched or opened: https only, and no way from an
 * outside server into this machine or its link (MCP security best practices, SSRF; OAuth 2.1 section 1.5).
 * A server that is itself on loopback may name loopback endpoints, over http too.
 *
 * `endpoint` is the wire name of the member; `url` is untrusted. Returns the URL to fetch.
 * Throws `endpoint_insecure`.
 */
export function checkEndpoint(
  endpoint: string,
  url: string,
  server: Pick<ServerUrl, 'loopback'>,
): URL {
  const refuse = () => new SignInError('endpoint_insecure', { endpoint, url })
  if (!URL.canParse(url)) throw refuse()
  const parsed = new URL(url)
  if (parsed.username !== '' || parsed.password !== '') throw refuse()
  if (isLoopbackHost(parsed.hostname)) {
    if (!server.loopback || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:'))
      throw refuse()
    return parsed
  }
  if (parsed.protocol !== 'https:' || isLinkLocalOrUnspecified(parsed.hostname)) throw refuse()
  return parsed
}

/** Cloud metadata services live on these; nothing that speaks OAuth does (RFC 3927, RFC 4291, RFC 1122). */
function isLinkLocalOrUnspecified(hostname: string): boolean {
  return (
    /^169\.254\.\d+\.\d+$/.test(hostname) ||
    /^0\.\d+\.\d+\.\d+$/.test(hostname) ||
    /^\[(::|fe[89ab][0-9a-f]:.*|::ffff:(a9fe|7f[0-9a-f]{2}|0):.*)\]$/.test(hostname)
  )
}
