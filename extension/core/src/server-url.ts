import { SignInError } from './errors.ts'
import { hostReach, type Reach } from './host-reach.ts'

/** An MCP server as the person named it. `url` is verbatim; `href` is only for what is fetched. */
export interface ServerUrl {
  readonly url: string
  readonly href: string
  readonly origin: string
  readonly host: string
  readonly hostname: string
  /** By the host's name or literal. Loopback: plain http is allowed, and so are loopback authorization servers. */
  readonly reach: Reach
}

/**
 * Checks what a person or a setting gave as the address of an MCP server (MCP canonical server URI).
 * Throws `server_url_invalid`, `server_url_insecure` (http beyond loopback, OAuth 2.1 section 1.5).
 */
export function parseServerUrl(input: string): ServerUrl {
  const url = input.trim()
  if (!URL.canParse(url)) throw new SignInError('server_url_invalid', { reason: 'not-a-url' })
  const parsed = new URL(url)
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    throw new SignInError('server_url_invalid', { reason: 'scheme' })
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new SignInError('server_url_invalid', { reason: 'userinfo' })
  }
  if (url.includes('#')) throw new SignInError('server_url_invalid', { reason: 'fragment' })
  const { href, origin, host, hostname } = parsed
  const reach = hostReach(hostname)
  if (parsed.protocol === 'http:' && reach !== 'loopback') {
    throw new SignInError('server_url_insecure', { host: hostname })
  }
  return { url, href, origin, host, hostname, reach }
}
