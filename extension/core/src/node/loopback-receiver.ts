import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { SignInError } from '../errors.ts'
import type { OpenReceiver, RedirectArrival } from '../redirect.ts'
import { hasCode } from './error-code.ts'
import { closeServer, listenOnLoopback } from './loopback-server.ts'

export interface LoopbackOptions {
  /** Tried in this order; a last attempt lets the system choose (RFC 8252 section 7.3). */
  readonly ports: readonly number[]
  /** The exact path of the redirect URI. */
  readonly path: string
  /**
   * Text of the page shown after the redirect, and the language it is in (BCP 47). Ours alone: nothing of
   * the request is reflected.
   */
  readonly page: { readonly lang: string; readonly title: string; readonly body: string }
}

/** An authorization response is a short GET; anything longer than this is not one. */
const MAX_HEADER_BYTES = 16_384
const HEADERS_TIMEOUT_MS = 10_000

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  connection: 'close',
}

/**
 * Receives the redirect on the IP literal 127.0.0.1 (RFC 8252 sections 7.3 and 8.3): bound exclusively and
 * only while a sign-in waits, one exact path, GET only, `Host` checked against DNS rebinding. A response
 * whose state belongs to someone else is answered and ignored.
 * The opener throws `receiver_unavailable` when no port can be bound.
 */
export function loopbackReceiver(options: LoopbackOptions): OpenReceiver {
  return async (openSignal) => {
    openSignal.throwIfAborted()
    const waiting = new Map<string, (arrival: RedirectArrival) => void>()
    let redirectUri = ''
    let host = ''
    const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      const parameters = callbackParameters(request, host, options.path)
      if (parameters === undefined) {
        response.writeHead(404, { connection: 'close' }).end()
        return
      }
      const deliver = waiting.get(parameters.get('state') ?? '')
      sendPage(response, options.page)
      // Delivered after the page has left, so that closing the listener does not cut it off.
      response.once('close', () => deliver?.({ redirectUri, parameters }))
    })
    server.headersTimeout = HEADERS_TIMEOUT_MS
    const port = await bind(server, options.ports)
    host = `127.0.0.1:${port}`
    redirectUri = `http://${host}${options.path}`
    return {
      kind: 'loopback',
      redirectUri,
      encodeState: (nonce) => nonce,
      receive: async (state, signal) => await waitFor(waiting, state, signal),
      close: async () => await closeServer(server),
    }
  }
}

async function waitFor(
  waiting: Map<string, (arrival: RedirectArrival) => void>,
  state: string,
  signal: AbortSignal,
): Promise<RedirectArrival> {
  return await new Promise((resolve, reject) => {
    const stop = () => {
      waiting.delete(state)
      reject(new SignInError('cancelled', {}, { cause: signal.reason }))
    }
    if (signal.aborted) {
      stop()
      return
    }
    signal.addEventListener('abort', stop, { once: true })
    waiting.set(state, (arrival) => {
      waiting.delete(state)
      signal.removeEventListener('abort', stop)
      resolve(arrival)
    })
  })
}

/** The query of a request to exactly our redirect URI, or undefined for anything else. */
function callbackParameters(
  request: IncomingMessage,
  host: string,
  path: string,
): URLSearchParams | undefined {
  if (request.method !== 'GET' || request.headers.host !== host) return undefined
  const target = request.url ?? ''
  const question = target.indexOf('?')
  if (question === -1 || target.slice(0, question) !== path) return undefined
  return new URLSearchParams(target.slice(question + 1))
}

function sendPage(response: ServerResponse, page: LoopbackOptions['page']): void {
  response
    .writeHead(200, PAGE_HEADERS)
    .end(
      `<!doctype html><html lang="${page.lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
        `<title>${page.title}</title><style>:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}` +
        `body{margin:0;min-height:100vh;display:grid;place-items:center}main{max-width:28rem;padding:2rem}h1{font-size:1.4rem}</style>` +
        `<main><h1>${page.title}</h1><p>${page.body}</p></main>`,
    )
}

async function bind(server: Server, ports: readonly number[]): Promise<number> {
  let last: unknown
  for (const port of [...ports, 0]) {
    try {
      return await listenOnLoopback(server, port)
    } catch (error) {
      last = error
      if (!isPortUnavailable(error)) break
    }
  }
  throw new SignInError(
    'receiver_unavailable',
    { reason: 'no loopback port can be bound' },
    { cause: last },
  )
}

function isPortUnavailable(error: unknown): boolean {
  return hasCode(error, 'EADDRINUSE') || hasCode(error, 'EACCES')
}
