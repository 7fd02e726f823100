import {
  EventEmitter,
  type AuthenticationProvider,
  type AuthenticationProviderAuthenticationSessionsChangeEvent as SessionsChange,
  type AuthenticationProviderSessionOptions as SessionOptions,
  type AuthenticationSession,
} from 'vscode'
import { isSignInError, SignInError, type SessionInfo, type SignetClient } from '@signet/core'

/** A scope of this form names the MCP server; the editor's API has no other place for it. */
const SERVER_SCOPE = 'resource='

export interface AuthenticationPorts {
  readonly client: SignetClient
  /** Interactive sign-in; undefined when the person gave up. */
  readonly signIn: (
    serverUrl: string | undefined,
    scopes: readonly string[],
  ) => Promise<SessionInfo | undefined>
  readonly signOut: (sessionId: string) => Promise<void>
}

/**
 * Sessions for VS Code's Accounts menu and for other extensions. Reads and refreshes through the client's
 * `access()`, so no refresh token is in reach. Listing without scopes is free of network and hands out no
 * token: the editor lists often.
 */
export function createAuthenticationProvider(
  ports: AuthenticationPorts,
): AuthenticationProvider & { readonly dispose: () => void } {
  const changes = new EventEmitter<SessionsChange>()
  let known = new Map<string, AuthenticationSession>()

  const announce = async () => {
    const now = new Map(
      (await listActive(ports)).map((session) => [session.id, editorSession(session, '')]),
    )
    const added = [...now.values()].filter(({ id }) => !known.has(id))
    const removed = [...known.values()].filter(({ id }) => !now.has(id))
    const changed = [...now.values()].filter(({ id }) => known.has(id))
    known = now
    changes.fire({ added, removed, changed })
  }
  const unsubscribe = ports.client.sessions.onDidChange(() => void announce())
  void announce()

  return {
    onDidChangeSessions: changes.event,
    getSessions: async (scopes, options) => await getSessions(ports, scopes, options),
    createSession: async (scopes) => {
      const session = await ports.signIn(serverOf(scopes), plainScopes(scopes))
      if (session === undefined) throw new SignInError('cancelled', {})
      return await withToken(ports, session)
    },
    removeSession: async (sessionId) => await ports.signOut(sessionId),
    dispose: () => {
      unsubscribe()
      changes.dispose()
    },
  }
}

async function getSessions(
  ports: AuthenticationPorts,
  scopes: readonly string[] | undefined,
  { account }: SessionOptions,
): Promise<AuthenticationSession[]> {
  const all = (await listActive(ports)).filter(
    (session) => account === undefined || accountOf(session).id === account.id,
  )
  if (scopes === undefined) return all.map((session) => editorSession(session, ''))
  const server = serverOf(scopes)
  const wanted = plainScopes(scopes)
  const fitting = all.filter(
    (session) =>
      (server === undefined || session.server === server || session.resource === server) &&
      wanted.every((scope) => session.scopes.includes(scope)),
  )
  const fresh = await Promise.all(
    fitting.map(async (session) => {
      try {
        return await withToken(ports, session)
      } catch (error) {
        // Offline or signed out meanwhile: not a session that can be used now.
        if (isSignInError(error)) return undefined
        throw error
      }
    }),
  )
  return fresh.filter((session) => session !== undefined)
}

async function listActive({ client }: AuthenticationPorts): Promise<readonly SessionInfo[]> {
  return (await client.sessions.list()).filter((session) => !session.signedOut)
}

async function withToken(
  { client }: AuthenticationPorts,
  session: SessionInfo,
): Promise<AuthenticationSession> {
  const { accessToken } = await client.access({
    sessionId: session.id,
    rejectedToken: undefined,
    signal: new AbortController().signal,
  })
  return editorSession(session, accessToken)
}

function editorSession(session: SessionInfo, accessToken: string): AuthenticationSession {
  return { id: session.id, accessToken, account: accountOf(session), scopes: session.scopes }
}

/** Accounts of different servers or issuers are different accounts, whatever they are called. */
function accountOf(session: SessionInfo): AuthenticationSession['account'] {
  const { host } = new URL(session.server)
  const label = session.accountLabel === undefined ? host : `${session.accountLabel} (${host})`
  return { id: `${session.issuer} ${session.accountKey ?? session.id} ${session.server}`, label }
}

function serverOf(scopes: readonly string[]): string | undefined {
  return scopes.find((scope) => scope.startsWith(SERVER_SCOPE))?.slice(SERVER_SCOPE.length)
}

function plainScopes(scopes: readonly string[]): readonly string[] {
  return scopes.filter((scope) => !scope.startsWith(SERVER_SCOPE))
}
