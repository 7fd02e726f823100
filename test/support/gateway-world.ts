import { connect } from 'node:net'
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
} from 'node:http'
import type { Challenge, SessionInfo } from '@signet/core'
import { createGateway } from '../../extension/src/gateway/server.ts'
import type { After } from '../../extension/src/gateway/timer.ts'
import { isSignInError } from '@signet/core'
import { closeServer, listen } from '../servers/listen.ts'
import { json, randomToken } from './fake-ports.ts'
import { fakeWorld, TOKEN, tokenDocument, type WorldFacts } from './fake-world.ts'

/** A request as the MCP server received it. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What the editor got for one request. */
export interface Got {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface EditorRequest {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export const CALL = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: {} })

/** Timers that a test fires. */
function manualTimers() {
  const waiting = new Set<{ readonly ms: number; readonly then: () => void }>()
  const after: After = (ms, then) => {
    const timer = { ms, then }
    waiting.add(timer)
    return () => void waiting.delete(timer)
  }
  const fire = (ms: number) => {
    for (const timer of [...waiting]) {
      if (timer.ms === ms && waiting.delete(timer)) timer.then()
    }
  }
  return { after, fire, waiting }
}

/**
 * A signed-in session of the real core (its network, clock and store in memory), a real MCP server on
 * loopback that answers as told, and the gateway between it and a plain HTTP client that plays the editor.
 */
export async function gatewayWorld(answer: RequestListener, facts: WorldFacts = {}) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    if (request.headers['x-stream-body'] !== undefined) {
      answer(request, response)
      return
    }
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') })
      answer(request, response)
    })
  })
  const serverUrl = `http://127.0.0.1:${await listen(server, '127.0.0.1')}/mcp`
  const world = fakeWorld({ ...facts, resource: { resource: serverUrl } })
  world.network.on(
    serverUrl,
    () => new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } }),
  )
  world.network.on(`${new URL(serverUrl).origin}/.well-known/oauth-protected-resource/mcp`, () =>
    json({ resource: serverUrl, authorization_servers: ['https://login.service.test'] }),
  )
  const session = await world.signIn({ serverUrl })
  const timers = manualTimers()
  const failures: unknown[] = []
  const asked: Challenge[] = []
  const person: {
    answer: (session: SessionInfo, challenge: Challenge) => Promise<SessionInfo | undefined>
  } = {
    answer: async (previous, challenge) => await world.signIn({ serverUrl, previous, challenge }),
  }
  const gateway = createGateway({
    client: world.client,
    clock: world.clock,
    after: timers.after,
    randomToken,
    askForMore: async (previous, challenge) => {
      asked.push(challenge)
      return await person.answer(previous, challenge)
    },
    describe: (error) => ({
      code: isSignInError(error) ? error.code : 'internal',
      message: 'words',
    }),
    failed: (_server, error) => failures.push(error),
  })
  const address = await gateway.open(session)

  /** Refresh answers with this token from now on. */
  const refreshTo = (accessToken: string, change: Record<string, unknown> = {}) =>
    world.network.on(TOKEN, () =>
      json(tokenDocument({ access_token: accessToken, refresh_token: 'next', ...change })),
    )

  return {
    ...world,
    server,
    serverUrl,
    session,
    gateway,
    address,
    received,
    failures,
    asked,
    person,
    timers,
    refreshTo,
    ask: async (request: EditorRequest = {}) => await ask(address, request),
    open: (request: EditorRequest = {}) => openRequest(address, request),
    close: async () => {
      await gateway.close()
      await closeServer(server)
    },
  }
}

export type GatewayWorld = Awaited<ReturnType<typeof gatewayWorld>>

/** Runs a test in a world, and sees to it that nothing of it is left. */
export async function withinGateway(
  answer: RequestListener,
  test: (world: GatewayWorld) => Promise<void>,
  facts: WorldFacts = {},
): Promise<void> {
  const world = await gatewayWorld(answer, facts)
  try {
    await test(world)
    await nothingLeft(world)
  } finally {
    await world.close()
  }
}

/** No connection of the server carries a request any more, and no timer waits. */
async function nothingLeft({ server, timers }: GatewayWorld): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const look = (error: Error | null, count: number) => {
      if (error !== null) reject(error)
      else if (count === 0 && timers.waiting.size === 0) resolve()
      // Closing takes turns of the event loop, and only mocha's limit ends the wait.
      else {
        server.closeIdleConnections()
        setImmediate(() => void server.getConnections(look))
      }
    }
    server.getConnections(look)
  })
}

/** Sends one request as the editor does. Its answer is the caller's to read. */
export function openRequest(
  {
    url,
    headers: known,
  }: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  { method = 'POST', path, headers, body = method === 'POST' ? CALL : '' }: EditorRequest,
) {
  const { hostname, port, pathname } = new URL(url)
  const outgoing = httpRequest({
    hostname,
    port,
    method,
    path: path ?? pathname,
    headers: {
      ...known,
      accept: 'application/json, text/event-stream',
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    agent: false,
  })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
  })
  answer.catch(() => undefined)
  outgoing.end(body)
  return { outgoing, answer }
}

async function ask(
  address: Parameters<typeof openRequest>[0],
  request: EditorRequest,
): Promise<Got> {
  const answer = await openRequest(address, request).answer
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

/** The error code inside a JSON-RPC error, and which request it answers. */
export function rpcFailure({ body }: Got): { readonly id: unknown; readonly code: unknown } {
  const { id, error } = JSON.parse(body) as { id: unknown; error: { data: { code: unknown } } }
  return { id, code: error.data.code }
}

/** The head of a request with this world's key and path, and further lines as they are. */
export function rawHead({ address }: GatewayWorld, ...lines: readonly string[]): string {
  const { host, pathname } = new URL(address.url)
  const known = [`POST ${pathname} HTTP/1.1`, `Host: ${host}`]
  const key = `Authorization: ${address.headers.Authorization ?? ''}`
  return [...known, key, ...lines, '', ''].join('\r\n')
}

/** Sends bytes, and ends the sending half when told so. What came back by the end of the connection. */
export async function sendRaw(
  { address }: GatewayWorld,
  bytes: string,
  half: 'open' | 'closed' = 'open',
): Promise<string> {
  const { hostname, port } = new URL(address.url)
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A reset is an end as well.
  socket.on('error', () => undefined)
  if (half === 'closed') socket.end(bytes, 'latin1')
  else socket.write(bytes, 'latin1')
  await new Promise<void>((resolve) => {
    socket.once('end', () => void socket.end())
    socket.once('close', () => resolve())
  })
  return Buffer.concat(chunks).toString('latin1')
}
