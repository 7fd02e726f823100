import {
  EventEmitter,
  McpHttpServerDefinition,
  Uri,
  type McpServerDefinitionProvider,
} from 'vscode'
import { isSignInError, type SessionInfo, type SignetClient } from '@signet/core'

export interface McpServersPorts {
  readonly client: SignetClient
  /** Tells the person that a server needs a sign-in, once, with a button. Does not wait. */
  readonly askToSignIn: (session: SessionInfo) => void
}

/**
 * The signed-in servers for VS Code's own MCP client. Listing touches nothing but the store; the token is
 * put in when a server starts, and a server that needs a sign-in is not started.
 */
export function createMcpServers(
  ports: McpServersPorts,
): McpServerDefinitionProvider<McpHttpServerDefinition> & { readonly dispose: () => void } {
  const changes = new EventEmitter<void>()
  const unsubscribe = ports.client.sessions.onDidChange(() => changes.fire())
  return {
    onDidChangeMcpServerDefinitions: changes.event,
    provideMcpServerDefinitions: async () => {
      const sessions = (await ports.client.sessions.list()).filter((session) => !session.signedOut)
      return [...labelled(sessions)].map(
        ([label, session]) => new McpHttpServerDefinition(label, Uri.parse(session.server)),
      )
    },
    resolveMcpServerDefinition: async (definition) => {
      const session = labelled(await ports.client.sessions.list()).get(definition.label)
      if (session === undefined) return undefined
      try {
        const { accessToken } = await ports.client.access({
          sessionId: session.id,
          rejectedToken: undefined,
          signal: new AbortController().signal,
        })
        definition.headers = { ...definition.headers, Authorization: `Bearer ${accessToken}` }
        return definition
      } catch (error) {
        if (!isSignInError(error)) throw error
        ports.askToSignIn(session)
        return undefined
      }
    },
    dispose: () => {
      unsubscribe()
      changes.dispose()
    },
  }
}

/** The editor finds a definition again by its label, so labels are unique or a wrong account's token leaves. */
function labelled(sessions: readonly SessionInfo[]): ReadonlyMap<string, SessionInfo> {
  const byLabel = new Map<string, SessionInfo>()
  for (const session of sessions) {
    const { host, pathname } = new URL(session.server)
    const account = session.accountLabel === undefined ? '' : ` (${session.accountLabel})`
    const base = `${host}${pathname === '/' ? '' : pathname}${account}`
    let label = base
    for (let n = 2; byLabel.has(label); n += 1) label = `${base} ${n}`
    byLabel.set(label, session)
  }
  return byLabel
}
