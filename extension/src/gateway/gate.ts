import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** A request as it arrived, before anything about it is believed. */
export interface Arrival {
  readonly method?: string | undefined
  /** The request target, verbatim. */
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** What a request of this window's editor looks like. */
export interface Gate {
  /** The listener's own address with its port: any other name means DNS rebinding. */
  readonly host: string
  /** The window's key. Confidential. */
  readonly key: string
}

export type Admission<R> =
  | { readonly admitted: true; readonly route: R }
  /** Never 401 or 403, which would start the editor's own sign-in. */
  | { readonly admitted: false; readonly status: 404 | 405 }

/** The methods of Streamable HTTP: messages, the server's stream, the end of a session. */
const METHODS: ReadonlySet<string | undefined> = new Set(['POST', 'GET', 'DELETE'])

/**
 * Lets in the editor and nobody else: the window's key, the listener's own `Host`, no `Origin` (a page in a
 * browser always has one on such a request), a method of MCP, and exactly the path of a route. Who does not
 * know the key learns nothing. Pure.
 */
export function admit<R>(
  arrival: Arrival,
  gate: Gate,
  routes: ReadonlyMap<string, R>,
): Admission<R> {
  const { authorization, host, origin } = arrival.headers
  const known = sameSecret(authorization ?? '', authorizationOf(gate.key))
  if (!known || host !== gate.host || origin !== undefined) return { admitted: false, status: 404 }
  if (!METHODS.has(arrival.method)) return { admitted: false, status: 405 }
  const route = routes.get(arrival.url ?? '')
  return route === undefined ? { admitted: false, status: 404 } : { admitted: true, route }
}

/**
 * How the editor presents the key. `Authorization` is the one field that VS Code blanks in its own logs;
 * nothing of it is passed on.
 */
export function authorizationOf(key: string): string {
  return `Bearer ${key}`
}

/** Takes as long wherever the two differ. How long a secret is, is none. */
function sameSecret(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
