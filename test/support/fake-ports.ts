import { randomBytes } from 'node:crypto'
import type { Clock, Fetch, Lock, SecretStore, TraceEvent } from '@signet/core'

/** A clock that moves only when a test moves it. */
export interface FakeClock extends Clock {
  readonly advance: (ms: number) => void
}

export function fakeClock(start = Date.UTC(2026, 10, 23)): FakeClock {
  let now = start
  const timers = new Set<{ readonly at: number; readonly fire: () => void }>()
  const schedule = (ms: number, fire: () => void) => void timers.add({ at: now + ms, fire })
  return {
    now: () => now,
    timeout: (ms) => {
      const controller = new AbortController()
      schedule(ms, () => controller.abort(new DOMException('timed out', 'TimeoutError')))
      return controller.signal
    },
    sleep: async (ms, signal) =>
      await new Promise((resolve, reject) => {
        schedule(ms, resolve)
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      }),
    advance: (ms) => {
      now += ms
      for (const timer of [...timers]) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.fire()
      }
    },
  }
}

export interface MemorySecrets extends SecretStore {
  readonly entries: Map<string, string>
  /** Makes the next operations of this kind fail, like a locked keychain. */
  readonly fail: (operation: 'get' | 'set' | 'delete', failing: boolean) => void
}

/** A secret store in memory. Share one between two clients to stand for two windows. */
export function memorySecrets(): MemorySecrets {
  const entries = new Map<string, string>()
  const listeners = new Set<(key: string) => void>()
  const failing = new Set<string>()
  const guard = (operation: string) => {
    if (failing.has(operation)) throw new Error('the keychain is locked')
  }
  const changed = (key: string) => {
    for (const listener of listeners) listener(key)
  }
  return {
    entries,
    fail: (operation, on) => {
      if (on) failing.add(operation)
      else failing.delete(operation)
    },
    keys: async () => [...entries.keys()],
    get: async (key) => {
      guard('get')
      return entries.get(key)
    },
    set: async (key, value) => {
      guard('set')
      entries.set(key, value)
      changed(key)
    },
    delete: async (key) => {
      guard('delete')
      entries.delete(key)
      changed(key)
    },
    onDidChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** One holder per name, in order of asking. Share one between two clients to stand for two windows. */
export function memoryLock(): Lock {
  const tails = new Map<string, Promise<unknown>>()
  return async (name, _signal, task) => {
    const previous = tails.get(name) ?? Promise.resolve()
    const mine = previous.then(task, task)
    tails.set(
      name,
      mine.catch(() => undefined),
    )
    return await mine
  }
}

export const randomToken = () => randomBytes(32).toString('base64url')

/** One request as it left the core. */
export interface SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: URLSearchParams
  /** On whose word it was sent; undefined: the person's own. */
  readonly namedBy: string | undefined
}

/** Answers a request; may be async, may reject like a network does. */
export type Route = (request: SentRequest, signal: AbortSignal) => Response | Promise<Response>

export interface RoutedFetch {
  readonly fetch: Fetch
  readonly sent: SentRequest[]
  /** Replaces the answer of one address (without query). */
  readonly on: (address: string, route: Route) => void
  /** Requests to one address. */
  readonly to: (address: string) => readonly SentRequest[]
}

/** A network in memory: addresses nobody answers are refused connections. */
export function routedFetch(): RoutedFetch {
  const routes = new Map<string, Route>()
  const sent: SentRequest[] = []
  return {
    sent,
    on: (address, route) => void routes.set(address, route),
    to: (address) => sent.filter(({ url }) => withoutQuery(url) === address),
    fetch: async (url, { method, headers, body, signal, namedBy }) => {
      const request = { method, url, headers, body: new URLSearchParams(body ?? ''), namedBy }
      sent.push(request)
      const route = routes.get(withoutQuery(url))
      if (route === undefined) {
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
        })
      }
      return await route(request, signal)
    },
  }
}

function withoutQuery(url: string): string {
  return url.split('?')[0] ?? ''
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers })
}

/** Collects trace events. */
export function traceList() {
  const events: TraceEvent[] = []
  return { events, trace: (event: TraceEvent) => void events.push(event) }
}
