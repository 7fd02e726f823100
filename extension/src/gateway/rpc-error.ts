import { RETRY_AFTER_SECONDS } from './limits.ts'

/** A failure in the words of whoever reads it: the agent, and the person behind it. */
export interface Failure {
  /** Stable, such as `step_up_refused`. */
  readonly code: string
  readonly message: string
}

export interface FailureAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** From the range that JSON-RPC leaves to implementations and MCP has not given a meaning. */
const RPC_CODE = -32_010

/**
 * How the editor learns of a failure: as the JSON-RPC error of its request, or as 503 where the body names
 * no request (a notification, an answer to the server, a stream). Never 401 or 403. Pure.
 */
export function failureAnswer(body: Buffer | undefined, failure: Failure): FailureAnswer {
  const id = requestId(body)
  if (id === undefined) {
    return {
      status: 503,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'retry-after': String(RETRY_AFTER_SECONDS),
      },
      body: failure.message,
    }
  }
  const { code, message } = failure
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      error: { code: RPC_CODE, message, data: { code } },
    }),
  }
}

/** The id of a JSON-RPC request. An answer of the editor has one too, but nobody waits for it. */
function requestId(body: Buffer | undefined): string | number | undefined {
  if (body === undefined || body.length === 0) return undefined
  let message: unknown
  try {
    message = JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
  if (typeof message !== 'object' || message === null) return undefined
  if (!('method' in message) || !('id' in message)) return undefined
  const { id } = message
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}
