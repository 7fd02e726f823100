import { METADATA_REQUEST } from './json-document.ts'
import type { Fetch } from './ports.ts'

/** A question that was asked before it was due. */
export interface EarlyQuestion<P> {
  /** As given, but whoever asks the same question first through these gets its answer. */
  readonly ports: P
  /** Ends it when it has not been answered, or its answer not been read; otherwise nothing. */
  readonly withdraw: () => void
}

/**
 * Asks for one metadata document before anybody knows whether it is the one to use. The answer lies unread
 * until the same URL is asked for through `ports`; it is then read with the limits of that request, and its
 * failure is that request's. When another URL is asked for first, this one was the wrong one: it is aborted
 * and its answer never read. `url` is on the origin that the person named. Throws nothing.
 */
export function askEarly<P extends { readonly fetch: Fetch }>(
  ports: P,
  url: string,
  signal: AbortSignal,
): EarlyQuestion<P> {
  const early = new AbortController()
  const withdraw = () => early.abort()
  let answer: Promise<Response> | undefined = ports.fetch(url, {
    ...METADATA_REQUEST,
    signal: AbortSignal.any([signal, early.signal]),
  })
  // A failure counts only where the answer is due, which may be nowhere.
  answer.catch(() => undefined)
  const fetch: Fetch = async (due, init) => {
    const own = due === url ? answer : undefined
    answer = undefined
    if (own === undefined) {
      withdraw()
      return await ports.fetch(due, init)
    }
    init.signal.addEventListener('abort', withdraw)
    return await own
  }
  return { ports: { ...ports, fetch }, withdraw }
}
