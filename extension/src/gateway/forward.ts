import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createAuthorizedFetch,
  isSignInError,
  SignInError,
  type Access,
  type Challenge,
  type GetAccess,
  type ProofMemory,
  type SessionInfo,
} from '@signet/core'
import { BodyTooLarge, EditorGone, readBody, type RequestBody } from './body.ts'
import { headersToServer } from './headers.ts'
import { relay } from './relay.ts'
import { failureAnswer, type Failure } from './rpc-error.ts'
import type { After } from './timer.ts'
import { sendUpstream } from './upstream.ts'

/** One signed-in server: the only place its requests go. */
export interface Route {
  /** The server's URL, verbatim. */
  readonly server: string
  readonly url: URL
  readonly session: () => SessionInfo
  readonly proofs: ProofMemory
}

export interface ForwardPorts {
  readonly after: After
  readonly access: GetAccess
  /** `used`: the token that was not enough. */
  readonly stepUp: (
    session: SessionInfo,
    challenge: Challenge,
    used: Access | undefined,
    signal: AbortSignal,
  ) => Promise<SessionInfo>
  readonly describe: (error: unknown) => Failure
  readonly failed: (server: string, error: unknown) => void
}

/**
 * One request of the editor: read, sent to the route's server with its token, answered with what the
 * server says. What is wrong with the token is settled here (`createAuthorizedFetch`); a 401 or 403 is
 * never passed on, because the editor would start a sign-in of its own. Never rejects.
 */
export async function forward(
  ports: ForwardPorts,
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange: Exchange = { body: undefined, answer: undefined }
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  try {
    exchange.body = await readBody(request)
    relay(await settle(ports, route, request, exchange, gone.signal), response)
  } catch (error) {
    exchange.answer?.destroy()
    if (gone.signal.aborted || error instanceof EditorGone) return
    ports.failed(route.server, error)
    fail(ports, request, exchange.body, response, error)
  }
}

/** What belongs to one request: the core decides by status and header fields, and never sees the rest. */
interface Exchange {
  body: RequestBody | undefined
  answer: IncomingMessage | undefined
}

/** Sends until the server's answer is not about the token any more. */
async function settle(
  { after, access, stepUp }: ForwardPorts,
  { server, url, session, proofs }: Route,
  request: IncomingMessage,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { body } = exchange
  if (body === undefined) throw new EditorGone()
  let used: Access | undefined
  const authorized = createAuthorizedFetch({
    access: async (wanted) => (used = await access(wanted)),
    proofs,
    session: async () => await Promise.resolve(session()),
    signIn: async (challenge) => await stepUp(session(), challenge, used, signal),
    send: async ({ method, headers }) => {
      exchange.answer?.destroy()
      exchange.answer = await sendUpstream(after, { url, method, headers, body, signal })
      return headOf(exchange.answer)
    },
  })
  const { status } = await authorized({
    url: server,
    method: request.method ?? 'GET',
    headers: headersToServer(request.headers),
    body: undefined,
    signal,
  })
  if (exchange.answer === undefined || status === 401 || status === 403)
    throw new SignInError('token_rejected', { server, status })
  return exchange.answer
}

/** What the core reads of an answer that says nothing about the token, which most do not. */
const FINE = new Response()

/** Status and header fields as the core reads them. */
function headOf({ statusCode: status = 502, headers }: IncomingMessage): Response {
  const relevant: Record<string, string> = {}
  for (const name of ['www-authenticate', 'location', 'dpop-nonce']) {
    const value = headers[name]
    if (typeof value === 'string') relevant[name] = value
  }
  return status === 200 && Object.keys(relevant).length === 0
    ? FINE
    : new Response(null, { status, headers: relevant })
}

function fail(
  { describe }: ForwardPorts,
  request: IncomingMessage,
  body: RequestBody | undefined,
  response: ServerResponse,
  error: unknown,
): void {
  if (error instanceof BodyTooLarge) {
    response.writeHead(413).end()
    return
  }
  if (request.method === 'GET' && isTransient(error)) {
    // The editor gives a stream up for good on a status, and opens it again after a lost connection.
    response.destroy()
    return
  }
  const answer = failureAnswer(body?.whole, describe(error))
  response.writeHead(answer.status, answer.headers).end(answer.body)
}

function isTransient(error: unknown): boolean {
  return (
    isSignInError(error, 'server_unreachable') ||
    isSignInError(error, 'token_unreachable') ||
    isSignInError(error, 'discovery_unreachable')
  )
}
