import { createServer, type Server } from 'node:http'
import {
  createProofMemory,
  type Access,
  type Challenge,
  type Clock,
  type RandomToken,
  type SessionInfo,
  type SignetClient,
} from '@signet/core'
import { closeServer, listenOnLoopback } from '@signet/core/node'
import { createAccessCache } from './access-cache.ts'
import { forward, type ForwardPorts, type Route } from './forward.ts'
import { admit, authorizationOf, type Gate } from './gate.ts'
import {
  HEADERS_TIMEOUT_MS,
  IDLE_CONNECTION_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
} from './limits.ts'
import { createStepUp, type StepUpPorts } from './step-up.ts'
import type { After } from './timer.ts'

export interface GatewayPorts extends Pick<ForwardPorts, 'describe' | 'failed'> {
  readonly client: Pick<SignetClient, 'access' | 'sessions'>
  readonly clock: Pick<Clock, 'now'>
  readonly after: After
  readonly randomToken: RandomToken
  readonly askForMore: StepUpPorts['ask']
}

/** Where the editor finds one server, and how it shows that it is the editor. */
export interface GatewayAddress {
  readonly url: string
  /** Confidential: whoever has these uses the person's sign-in. */
  readonly headers: Readonly<Record<string, string>>
}

export interface Gateway {
  /** Opens the way to a session's server; starts the listener on first use. */
  readonly open: (session: SessionInfo) => Promise<GatewayAddress>
  /** Ends it, and every stream on it. */
  readonly shut: (sessionId: string) => void
  /** Stops listening and ends everything. */
  readonly close: () => Promise<void>
}

interface OpenRoute extends Route {
  current: SessionInfo
  readonly end: Set<() => void>
  readonly path: string
}

/**
 * The way from VS Code's own MCP client to signed-in servers: HTTP on 127.0.0.1 and a port of the
 * system's choice, one path per session, a key that only this window's editor is told.
 */
export function createGateway(ports: GatewayPorts): Gateway {
  const { client, clock, after } = ports
  const key = ports.randomToken()
  const cache = createAccessCache(client.access, clock)
  const askOnce = createStepUp({ ask: ports.askForMore, now: clock.now, after })
  const bySession = new Map<string, OpenRoute>()
  const byPath = new Map<string, OpenRoute>()
  let listener: Promise<{ readonly server: Server; readonly gate: Gate }> | undefined

  const forwardPorts: ForwardPorts = {
    after,
    access: cache.get,
    describe: ports.describe,
    failed: ports.failed,
    stepUp: async (session, challenge, used, signal) => {
      const stored = await storedSession(client, session.id)
      const granted =
        stored !== undefined && coversMore(stored, used, challenge)
          ? stored
          : await askOnce(session, challenge, signal)
      cache.forget(session.id)
      const route = bySession.get(session.id)
      if (route !== undefined) route.current = granted
      return granted
    },
  }

  const shut = (sessionId: string) => {
    const route = bySession.get(sessionId)
    if (route === undefined) return
    bySession.delete(sessionId)
    byPath.delete(route.path)
    cache.forget(sessionId)
    for (const end of route.end) end()
  }

  const unsubscribe = client.sessions.onDidChange((id) => {
    const route = bySession.get(id)
    if (route === undefined) return
    storedSession(client, id).then(
      (session) => {
        if (session === undefined) shut(id)
        else route.current = session
      },
      (error: unknown) => ports.failed(route.server, error),
    )
  })

  const listen = async () => {
    const server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: IDLE_CONNECTION_MS,
    })
    server.maxConnections = MAX_CONNECTIONS
    const gate: Gate = { key, host: `127.0.0.1:${await listenOnLoopback(server, 0)}` }
    server.on('request', (request, response) => {
      const admission = admit(request, gate, byPath)
      if (!admission.admitted) {
        response.writeHead(admission.status, { connection: 'close' }).end()
        return
      }
      const { route } = admission
      const end = () => void response.destroy()
      route.end.add(end)
      response.once('close', () => route.end.delete(end))
      void forward(forwardPorts, route, request, response)
    })
    return { server, gate }
  }

  return {
    open: async (session) => {
      listener ??= listen().catch((error: unknown) => {
        // The next one to ask tries again.
        listener = undefined
        throw error
      })
      const { gate } = await listener
      let route = bySession.get(session.id)
      if (route === undefined) {
        const opened: OpenRoute = {
          server: session.server,
          url: new URL(session.server),
          current: session,
          session: () => opened.current,
          proofs: createProofMemory(),
          end: new Set(),
          path: `/${ports.randomToken()}`,
        }
        bySession.set(session.id, opened)
        byPath.set(opened.path, opened)
        route = opened
      }
      route.current = session
      return {
        url: `http://${gate.host}${route.path}`,
        headers: { Authorization: authorizationOf(key) },
      }
    },
    shut,
    close: async () => {
      unsubscribe()
      for (const id of [...bySession.keys()]) shut(id)
      if (listener === undefined) return
      const { server } = await listener
      await closeServer(server)
    },
  }
}

async function storedSession(
  client: GatewayPorts['client'],
  id: string,
): Promise<SessionInfo | undefined> {
  return (await client.sessions.list()).find((session) => session.id === id)
}

/** Another window has asked the person already. */
function coversMore(stored: SessionInfo, used: Access | undefined, challenge: Challenge): boolean {
  const wanted = challenge.scopes ?? []
  return (
    !stored.signedOut &&
    wanted.length > 0 &&
    wanted.every((scope) => stored.scopes.includes(scope)) &&
    !wanted.every((scope) => used?.scopes.includes(scope))
  )
}
