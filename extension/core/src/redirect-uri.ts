/**
 * True when `redirectUri` is one of `listed`: the same string, or a loopback literal listed without a port
 * and used with one (RFC 8252 section 7.3). The spelling of the host has to be the listed one.
 */
export function redirectListed(listed: readonly string[], redirectUri: string): boolean {
  if (listed.includes(redirectUri)) return true
  const portless = withoutLoopbackPort(redirectUri)
  return portless !== undefined && listed.includes(portless)
}

function withoutLoopbackPort(redirectUri: string): string | undefined {
  const match = /^(http:\/\/(?:127\.0\.0\.1|\[::1\])):\d{1,5}(\/.*)$/.exec(redirectUri)
  return match === null ? undefined : `${match[1] ?? ''}${match[2] ?? ''}`
}
