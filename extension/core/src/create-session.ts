import { readAccount } from './account.ts'
import type { Discovery } from './discover.ts'
import type { ClientIdentity } from './identity.ts'
import type { Clock, RandomToken } from './ports.ts'
import type { ProofKey } from './proof.ts'
import { SESSION_FORMAT_VERSION, type Session, type SessionInfo } from './session.ts'
import type { SessionStore } from './session-store.ts'
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
  /** The session to widen or to renew. */
  readonly previous: SessionInfo | undefined
}

/**
 * The session of a finished sign-in; not saved yet. It takes the place of the session the same account
 * has for the same server, issuer and client (MCP: token state is kept per authorization server and
 * resource). Throws `store_unavailable`.
 */
export async function createSession(
  ports: {
    readonly clock: Clock
    readonly randomToken: RandomToken
    readonly sessions: SessionStore
  },
  result: SignInResult,
): Promise<Session> {
  const { discovery, identity, tokens, redirectUri, requestedScopes, proofKey, previous } = result
  const account = readAccount(tokens)
  const replaced = await sessionToReplace(
    ports.sessions,
    discovery,
    identity,
    account.key,
    previous,
  )
  return {
    formatVersion: SESSION_FORMAT_VERSION,
    id: replaced ?? ports.randomToken(),
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

/** The same account at the same place has one session; accounts nobody named are never merged. */
async function sessionToReplace(
  sessions: SessionStore,
  { server }: Discovery,
  { issuer, clientId }: ClientIdentity,
  accountKey: string | undefined,
  previous: SessionInfo | undefined,
): Promise<string | undefined> {
  const isSame = (session: SessionInfo) =>
    session.server === server.url && session.issuer === issuer && session.accountKey === accountKey
  if (previous !== undefined && isSame(previous)) return previous.id
  if (accountKey === undefined) return undefined
  const all = await sessions.list()
  return all.find((session) => isSame(session) && session.clientId === clientId)?.id
}
