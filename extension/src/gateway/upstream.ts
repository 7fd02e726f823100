import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { networkReason, SignInError } from '@signet/core'
import { BodySpent, BodyTooLarge, EditorGone, type RequestBody } from './body.ts'
import { ANSWER_TIMEOUT_MS } from './limits.ts'
import type { After } from './timer.ts'

export interface UpstreamRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: RequestBody
  /** The editor has gone, or the gateway closes. Ends the answer as well. */
  readonly signal: AbortSignal
}

/**
 * Sends one request and waits for the header fields of its answer; the body is the caller's to read or to
 * destroy. Follows no redirect.
 *
 * No agent is named: inside VS Code only requests without one go through its proxy and certificate
 * settings in every mode of `http.proxySupport`. It puts an agent of its own before the default one, and
 * connections are kept alive only when a header field says so.
 * Throws `server_unreachable`, `BodySpent`, `BodyTooLarge`, `EditorGone`.
 */
export async function sendUpstream(
  after: After,
  { url, method, headers, body, signal }: UpstreamRequest,
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new EditorGone())
      return
    }
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const outgoing = send(url, {
      method,
      headers: { ...headers, ...lengthOf(method, body), connection: 'keep-alive' },
    })
    let timedOut = false
    let answered = false
    const cancelTimer = after(ANSWER_TIMEOUT_MS, () => {
      timedOut = true
      outgoing.destroy()
    })
    const leave = () => void outgoing.destroy()
    signal.addEventListener('abort', leave, { once: true })
    outgoing.once('response', (answer) => {
      cancelTimer()
      answered = true
      // A broken answer shows in `complete`; without a listener it would end the extension host.
      answer.on('error', () => undefined)
      resolve(answer)
    })
    outgoing.on('error', (error) => {
      cancelTimer()
      reject(failureOf(error, url.host, { timedOut, gone: signal.aborted }))
    })
    outgoing.once('close', () => {
      cancelTimer()
      signal.removeEventListener('abort', leave)
      if (!answered) reject(failureOf(undefined, url.host, { timedOut, gone: signal.aborted }))
    })
    try {
      body.sendTo(outgoing)
    } catch (error) {
      outgoing.destroy(error as Error)
    }
  })
}

function lengthOf(method: string, { length }: RequestBody): Readonly<Record<string, string>> {
  if (length === undefined || (length === 0 && method !== 'POST')) return {}
  return { 'content-length': String(length) }
}

function failureOf(
  error: unknown,
  host: string,
  { timedOut, gone }: { readonly timedOut: boolean; readonly gone: boolean },
): Error {
  if (error instanceof BodySpent || error instanceof BodyTooLarge) return error
  if (gone) return new EditorGone()
  const reason = timedOut ? 'timeout' : networkReason(error)
  return new SignInError('server_unreachable', { host, reason }, { cause: error })
}
