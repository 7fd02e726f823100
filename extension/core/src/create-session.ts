import { readAccount } from './account.ts'
import type { Discovery } from './discover.ts'
import type { ClientIdentity } from './identity.ts'
import type { Clock, RandomToken } from './ports.ts'
import type { ProofKey } from './proof.ts'
import { SESSION_FORMAT_VERSION, type Session } from './session.ts'
import type { TokenSet } from './token-request.ts'

/** What a finished sign-in knows, whatever its grant. `tokens` and `proofKey`: confidential. */
export interface SignInResult {
  readonly discovery: Discovery
  readonly identity: ClientIdentity
  readonly tokens: TokenSet
  readonly proofKey: ProofKey | undefined
  /** Undefined for grants without a redirect. */
  readonly redirectUri: string | undefined
  readonly requestedScopes: readonly string[]
}

/** The session of a finished sign-in, under an id of its own; `keepSession` saves it. */
export function createSession(
  ports: { readonly clock: Clock; readonly randomToken: RandomToken },
  { discovery, identity, tokens, redirectUri, requestedScopes, proofKey }: SignInResult,
): Session {
  const account = readAccount(tokens)
  return {
    formatVersion: SESSION_FORMAT_VERSION,
    id: ports.randomToken(),
    server: discovery.server.url,
    resource: discovery.resource.resource,
    issuer: discovery.issuer.issuer,
    clientId: identity.clientId,
    registration: identity.kind,
    redirectUri,
    accountKey: account.key,
    accountLabel: account.label,
    scopes: tokens.scopes,
    requestedScopes,
    expiresAt: tokens.expiresAt,
    createdAt: ports.clock.now(),
    signedOut: false,
    accessToken: tokens.accessToken,
    tokenType: tokens.tokenType,
    refreshToken: tokens.refreshToken,
    proofKey,
  }
}
