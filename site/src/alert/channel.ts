import type { Alert } from './alert.ts'
import { ALERT_TIMEOUT_MS } from './limits.ts'

/** A way to tell people. `send` throws ChannelError; its text never holds an address, which may be a secret. */
export interface Channel {
  readonly id: 'webhook' | 'slack' | 'github'
  readonly send: (alert: Alert) => Promise<void>
}

export class ChannelError extends Error {
  /** Whether a later try may go through. */
  readonly passing: boolean

  constructor(problem: string, passing: boolean, options?: ErrorOptions) {
    super(problem, options)
    this.name = 'ChannelError'
    this.passing = passing
  }
}

/** One request to a channel's host. Throws ChannelError for anything but success. */
export async function request(
  url: string,
  init: RequestInit,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  const response = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.timeout(ALERT_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new ChannelError('unreachable', true, { cause })
  })
  if (response.ok) return response
  await response.body?.cancel()
  throw new ChannelError(
    `status ${response.status}`,
    response.status === 429 || response.status >= 500,
  )
}
