import { SignInError, type NetworkReason } from './errors.ts'
import { MAX_RESPONSE_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts'
import type { Clock, Fetch } from './ports.ts'

/** No usable HTTP answer. Steps turn it into their own code; it never reaches a person as it is. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure'
  readonly host: string
  readonly reason: NetworkReason

  constructor(host: string, reason: NetworkReason, options: { readonly cause: unknown }) {
    super(`${host}: ${reason}`, options)
    this.host = host
    this.reason = reason
  }
}

/** A step's own code for a request that got no usable answer; any other error as it is. */
export function unreachable(
  code: 'server_unreachable' | 'discovery_unreachable' | 'token_unreachable',
  error: unknown,
): unknown {
  if (!(error instanceof NetworkFailure)) return error
  const { host, reason } = error
  return new SignInError(code, { host, reason }, { cause: error })
}

export interface BoundedRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** The person's cancellation. Time limits are added here. */
  readonly signal: AbortSignal
}

/**
 * One request with its limits: `REQUEST_TIMEOUT_MS` until the last byte, `MAX_RESPONSE_BYTES` counted as
 * read whatever Content-Length says, and no redirect ever followed (RFC 9728 section 7.7).
 *
 * Returns a Response whose body is already in memory. Throws `NetworkFailure`, `response_too_large`,
 * `cancelled`.
 */
export async function boundedFetch(
  ports: { readonly fetch: Fetch; readonly clock: Clock },
  url: string,
  request: BoundedRequest,
): Promise<Response> {
  const { host } = new URL(url)
  const timeout = ports.clock.timeout(REQUEST_TIMEOUT_MS)
  const signal = AbortSignal.any([request.signal, timeout])
  try {
    signal.throwIfAborted()
    const response = await ports.fetch(url, { ...request, signal })
    if (response.type === 'opaqueredirect' || isRedirect(response.status)) {
      await response.body?.cancel()
      throw new NetworkFailure(host, 'redirected', { cause: undefined })
    }
    const bytes = await readAtMost(response, MAX_RESPONSE_BYTES, host, signal)
    const bodiless = response.status === 204 || response.status === 205
    return new Response(bodiless ? null : bytes, {
      status: response.status,
      headers: response.headers,
    })
  } catch (error) {
    if (error instanceof SignInError || error instanceof NetworkFailure) throw error
    if (request.signal.aborted) throw new SignInError('cancelled', {}, { cause: error })
    throw new NetworkFailure(host, timeout.aborted ? 'timeout' : networkReason(error), {
      cause: error,
    })
  }
}

/**
 * True for 429 and every 5xx: the server says that it cannot answer now, and nothing of what was asked
 * (RFC 6585 section 4, RFC 9110 section 15.6).
 */
export function isUnavailable(status: number): boolean {
  return status === 429 || status >= 500
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400 && status !== 304
}

/** Reads a body up to `limitBytes`, then stops the transfer. The signal also ends a body that never does. */
async function readAtMost(
  response: Response,
  limitBytes: number,
  host: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader()
  if (reader === undefined) return new Uint8Array(0)
  const stop = () => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) break
      size += value.byteLength
      if (size > limitBytes) {
        await reader.cancel()
        throw new SignInError('response_too_large', { host, limitBytes })
      }
      chunks.push(value)
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

/** Reads the reason off the error chain that Node.js, undici and Chromium's network stack produce. */
export function networkReason(error: unknown): NetworkReason {
  for (
    let cause = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth += 1
  ) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
    if (/ENOTFOUND|EAI_|ERR_NAME_NOT_RESOLVED/.test(code)) return 'dns'
    if (/ECONNREFUSED|ERR_CONNECTION_REFUSED/.test(code)) return 'refused'
    if (/ETIMEDOUT|TIMEOUT/.test(code)) return 'timeout'
    if (/CERT|TLS|SSL|UNABLE_TO_|ISSUER|SELF_SIGNED/.test(code)) return 'tls'
    if (/ECONNRESET|EPIPE|UND_ERR_SOCKET|CONNECTION_(RESET|CLOSED)/.test(code)) return 'reset'
  }
  return 'network'
}
