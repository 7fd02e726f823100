/**
 * How long a change takes to be seen by every server, from our `max-age` and what servers make of it. All
 * times are seconds unless the name says otherwise.
 */

/** How one authorization server keeps a document it has fetched. */
export interface CacheProfile {
  readonly name: string
  /** Seconds it may use a copy that came with this `max-age`. */
  readonly keeps: (maxAge: number) => number
  /** Where that is written. */
  readonly source: string
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const between = (least: number, most: number) => (maxAge: number) =>
  Math.min(Math.max(maxAge, least), most)

/**
 * Caches of known servers. Where one says nothing, an hour is assumed, twelve times what vendors' own
 * documents ask for.
 */
export const CACHE_PROFILES: readonly CacheProfile[] = [
  { name: 'Better Auth', keeps: between(0, HOUR), source: '@better-auth/cimd 1.7, source' },
  { name: 'oidc-provider', keeps: between(30, DAY), source: 'oidc-provider 9.13, source' },
  {
    name: 'Cloudflare workers-oauth-provider',
    keeps: between(0, 7 * DAY),
    source: 'workers-oauth-provider 1.2, source',
  },
  { name: 'Keycloak', keeps: between(5 * MINUTE, 3 * DAY), source: 'Keycloak CIMD, source' },
  { name: 'FastMCP', keeps: (maxAge) => Math.max(maxAge, HOUR), source: 'fastmcp, source' },
  { name: 'CAS', keeps: between(5 * MINUTE, DAY), source: 'Apereo CAS, documentation' },
  {
    name: 'Amazon Cognito',
    // A shorter max-age is replaced by the pool's policy, a day at least.
    keeps: between(DAY, 365 * DAY),
    source: 'Amazon Cognito, documentation',
  },
  { name: 'Auth0', keeps: (maxAge) => Math.max(maxAge, HOUR), source: 'not documented: assumed' },
  { name: 'atproto', keeps: (maxAge) => Math.max(maxAge, HOUR), source: 'not specified: assumed' },
]

/** What a wait consists of. */
export interface Wait {
  /** A copy at the host's edge may be this old when a server fetches it. */
  readonly edge: number
  /** The longest a server keeps it then, and whose rule that is. */
  readonly server: number
  readonly slowest: string
  readonly total: number
}

/**
 * How long after a change is served no server uses the older document any more. `profiles` are the servers
 * one cares about; with none of them only the edge counts.
 */
export function propagationWait(
  maxAge: number,
  profiles: readonly CacheProfile[] = CACHE_PROFILES,
): Wait {
  let [server, slowest] = [0, '']
  for (const { name, keeps } of profiles) {
    if (keeps(maxAge) <= server) continue
    server = keeps(maxAge)
    slowest = name
  }
  return { edge: maxAge, server, slowest, total: maxAge + server }
}

/** `instant` plus seconds, as ISO 8601 in UTC. */
export function after(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString()
}

/**
 * Requests per second that a number of servers make whose caches are spread evenly over orders of magnitude
 * between two lifetimes, each fetching again as soon as its copy is too old: more than happens, because a
 * server fetches only when somebody signs in.
 */
export function fetchesPerSecond(servers: number, shortest: number, longest: number): number {
  if (shortest === longest) return servers / shortest
  return (servers * (1 / shortest - 1 / longest)) / Math.log(longest / shortest)
}

/** What the capacity of a host is measured against: far more servers than there are today. */
export const NEED = { servers: 10_000, shortestSeconds: 30, longestSeconds: DAY } as const
