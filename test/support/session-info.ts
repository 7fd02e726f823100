import type { SessionInfo } from '@signet/core'

/** A session as consumers see it; a test names the members it is about. */
export function sessionInfoOf(change: Partial<SessionInfo>): SessionInfo {
  return {
    id: 'the-session',
    server: 'https://mcp.service.test/mcp',
    resource: 'https://mcp.service.test/mcp',
    issuer: 'https://login.service.test',
    clientId: 'https://client.test/oauth/client.json',
    registration: 'cimd',
    redirectUri: 'http://127.0.0.1:28630/callback',
    accountKey: undefined,
    accountLabel: undefined,
    accountNamed: false,
    scopes: [],
    requestedScopes: [],
    expiresAt: undefined,
    createdAt: 0,
    signedOut: false,
    renewable: true,
    ...change,
  }
}
