import { SignInError } from './errors.ts'

/** An MCP server as the person named it. `url` is verbatim; `href` is only for what is fetched. */
export interface ServerUrl {
  readonly url: string
  readonly href: string
  readonly origin: string
  readonly host: string
  /** On this machine: plain http is allowed, and so are loopback authorization servers. */
  readonly loopback: boolean
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
  const loopback = isLoopbackHost(parsed.hostname)
  if (parsed.protocol === 'http:' && !loopback) {
    throw new SignInError('server_url_insecure', { host: parsed.hostname })
  }
  return { url, href: parsed.href, origin: parsed.origin, host: parsed.host, loopback }
}

/** True for names and addresses that never leave this machine. Takes `URL.hostname`, already canonical. */
export function isLoopbackHost(hostname: string): boolean {
  // A name with a final dot is the same name.
  const name = hostname.replace(/\.$/, '')
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(name)
  )
}
