import type { McpHttpServerDefinition } from 'vscode'
import { isSignInError, SignInError, type SessionInfo, type SignetClient } from '@signet/core'
import type { ChatChoice } from './chat-choice.ts'
import { chatServers, type ChatServer } from './chat-servers.ts'
import type { Gateway } from './gateway/server.ts'

export interface McpServersPorts {
  readonly client: Pick<SignetClient, 'access' | 'sessions'>
  readonly chat: ChatChoice
  readonly gateway: Pick<Gateway, 'open' | 'shut'>
  /** The setting: off means that the editor connects by itself, with a token that it cannot renew. */
  readonly gatewayOn: () => boolean
  readonly onDidChangeSetting: (listener: () => void) => () => void
  /** Tells the person that a server needs a sign-in, once, with a button. Does not wait. */
  readonly askToSignIn: (session: SessionInfo) => void
  /** Hears that the list is another one. */
  readonly changed: () => void
  readonly failed: (error: unknown) => void
  /** What the editor makes of a server: where and how it connects. */
  readonly define: (
    label: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    version: string | undefined,
  ) => McpHttpServerDefinition
}

/** What the editor's provider answers with; its change event is the caller's. */
export interface McpServers {
  readonly provide: () => Promise<McpHttpServerDefinition[]>
  readonly resolve: (
    definition: McpHttpServerDefinition,
  ) => Promise<McpHttpServerDefinition | undefined>
  readonly dispose: () => void
}

/**
 * The servers that chat may use, for VS Code's own MCP client. Listing touches nothing but the store and
 * shows each server under its own address; only a server that starts is led to the gateway, so that the
 * window's key is in no list. A server that needs a sign-in is not started.
 */
export function createMcpServers(ports: McpServersPorts): McpServers {
  const { define } = ports
  const sessionOf = new WeakMap<McpHttpServerDefinition, SessionInfo>()
  let listed: readonly ChatServer[] = []
  let shown = ''

  const list = async () => {
    const sessions = await ports.client.sessions.list()
    const known = new Set(sessions.map(({ id }) => id))
    return { known, servers: chatServers(sessions, await ports.chat.sessionIds()) }
  }

  /** A renewed token is no change: the editor would stop a running server for it. */
  const announce = async () => {
    const { known, servers: now } = await list()
    for (const { session } of listed) {
      if (now.some((other) => other.session.id === session.id)) continue
      ports.gateway.shut(session.id)
      // Signed out: a later sign-in is a new choice.
      if (!known.has(session.id)) await ports.chat.turn(session.id, false)
    }
    listed = now
    const fingerprint = fingerprintOf(now, ports.gatewayOn())
    if (fingerprint === shown) return
    shown = fingerprint
    ports.changed()
  }
  // One at a time, so that an older list never overwrites a newer one.
  let announcing: Promise<void> = Promise.resolve()
  const look = () => {
    announcing = announcing.then(announce).catch(ports.failed)
  }
  const unsubscribe = [
    ports.client.sessions.onDidChange(look),
    ports.chat.onDidChange(look),
    ports.onDidChangeSetting(look),
  ]

  return {
    provide: async () => {
      listed = (await list()).servers
      const gatewayOn = ports.gatewayOn()
      shown = fingerprintOf(listed, gatewayOn)
      return listed.map(({ label, session }) => {
        // The editor keeps a server's tools as long as the version stays the same.
        const definition = define(label, session.server, {}, gatewayOn ? 'gateway' : 'direct')
        sessionOf.set(definition, session)
        return definition
      })
    },
    resolve: async (definition) => {
      const session = sessionOf.get(definition)
      return session === undefined ? undefined : await resolve(ports, definition, session)
    },
    dispose: () => {
      for (const end of unsubscribe) end()
    },
  }
}

function fingerprintOf(servers: readonly ChatServer[], gatewayOn: boolean): string {
  return JSON.stringify([
    gatewayOn,
    servers.map(({ label, session }) => [label, session.server, session.id]),
  ])
}

/** Where and how the editor connects, or undefined when it has to wait for a sign-in. */
async function resolve(
  ports: McpServersPorts,
  { label, version }: McpHttpServerDefinition,
  session: SessionInfo,
): Promise<McpHttpServerDefinition | undefined> {
  const direct = async () => {
    const { accessToken, tokenType } = await ports.client.access({
      sessionId: session.id,
      rejectedToken: undefined,
      signal: new AbortController().signal,
    })
    if (tokenType === 'dpop' && !ports.gatewayOn())
      throw new SignInError('proof_needed', { server: session.server })
    return { url: session.server, headers: { Authorization: `Bearer ${accessToken}` } }
  }
  try {
    const plain = await direct().catch((error: unknown) => {
      // Through the gateway each request says what is wrong, and the next one may go through.
      if (needsSignIn(error) || !ports.gatewayOn()) throw error
    })
    const address = ports.gatewayOn() ? await ports.gateway.open(session) : plain
    if (address === undefined) return undefined
    return ports.define(label, address.url, address.headers, version)
  } catch (error) {
    if (!needsSignIn(error)) throw error
    ports.askToSignIn(session)
    return undefined
  }
}

function needsSignIn(error: unknown): boolean {
  return (
    isSignInError(error, 'session_missing') ||
    isSignInError(error, 'session_expired') ||
    isSignInError(error, 'session_corrupt') ||
    isSignInError(error, 'refresh_lost')
  )
}
