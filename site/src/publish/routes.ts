import { CLIENTS, JWKS_PATH, ORIGINS, type Environment } from '../client-metadata/clients.ts'
import { documentOf, documentPath } from '../client-metadata/document.ts'
import { hasKeySet, renderJwks } from '../client-metadata/jwks.ts'
import { KEY_POLICY } from '../client-metadata/keys/state.ts'
import { renderDocument } from '../client-metadata/render.ts'
import { renderSchema, SCHEMA_PATH } from '../client-metadata/schema.ts'
import type { CurrentDocument } from '../client-metadata/versions.ts'
import type { BuildTarget } from './environment.ts'
import { renderFeed } from './feed.ts'
import { IMMUTABLE_CACHE } from './headers.ts'
import { copyPath, renderHistory, versionHistory } from './history.ts'
import type { Route } from './route.ts'
import { SOURCES, type PublishSources } from './sources.ts'

/** Documents and keys, as `Cache-Control: max-age`. */
export const CACHE_SECONDS = {
  /**
   * Ten minutes: what GitHub Pages forces anyway, long enough to carry servers over a short outage, short
   * enough that a mistake is gone the same hour.
   */
  production: 600,
  /** Nobody depends on these, and whoever tries a change wants to see it. */
  staging: 60,
  local: 60,
} as const

/** Every published machine-readable file of one build. A preview publishes none. */
export function routes(
  { environment, preview }: BuildTarget,
  sources: PublishSources = SOURCES,
): readonly Route[] {
  if (preview) return []
  const others = [
    schemaRoute(environment),
    ...keyRoutes(environment, sources),
    ...versionRoutes(environment, sources),
  ]
  return [...documentRoutes(environment, new Set(others.map(({ path }) => path))), ...others]
}

/** The documents among the routes, as the ledger knows them. */
export function currentDocuments(
  target: BuildTarget,
  sources: PublishSources = SOURCES,
): readonly CurrentDocument[] {
  const table = routes(target, sources)
  return CLIENTS[target.environment].flatMap((client) => {
    const route = table.find(({ path }) => path === documentPath(client))
    return route === undefined
      ? []
      : [
          {
            name: client.key,
            clientId: `${ORIGINS[target.environment]}${route.path}`,
            bytes: route.body,
          },
        ]
  })
}

/** A confidential client's document waits until its keys are served too: before that, nobody can check it. */
function documentRoutes(environment: Environment, served: ReadonlySet<string>): readonly Route[] {
  return CLIENTS[environment]
    .filter(({ kind }) => kind !== 'confidential' || served.has(JWKS_PATH))
    .map((client) => ({
      path: documentPath(client),
      headerPath: documentPath(client),
      body: renderDocument(documentOf(environment, client)),
      contentType: 'application/json',
      cacheControl: shortCache(environment),
    }))
}

function schemaRoute(environment: Environment): Route {
  return {
    path: SCHEMA_PATH,
    headerPath: SCHEMA_PATH,
    body: renderSchema(environment),
    contentType: 'application/schema+json',
    cacheControl: shortCache(environment),
  }
}

/** The public keys of confidential clients, once there have been any. */
function keyRoutes(environment: Environment, { registry }: PublishSources): readonly Route[] {
  const keys = registry[environment]
  if (!hasKeySet(keys)) return []
  const seconds = Math.min(KEY_POLICY.cacheSeconds, CACHE_SECONDS[environment])
  return [
    {
      path: JWKS_PATH,
      headerPath: JWKS_PATH,
      body: renderJwks(keys),
      contentType: 'application/json',
      cacheControl: `public, max-age=${String(seconds)}`,
    },
  ]
}

/** What was published before: immutable copies, an index and a feed. */
function versionRoutes(environment: Environment, { ledger }: PublishSources): readonly Route[] {
  const history = versionHistory(ledger, environment)
  const copies = new Map(history.map(({ version }) => [copyPath(version), version.bytes]))
  const cacheControl = shortCache(environment)
  return [
    ...[...copies].map(([path, body]) => ({
      path,
      headerPath: '/oauth/versions/*',
      body,
      contentType: 'application/json' as const,
      cacheControl: IMMUTABLE_CACHE,
    })),
    {
      path: '/versions.json',
      headerPath: '/versions.json',
      body: renderHistory(history),
      contentType: 'application/json',
      cacheControl,
    },
    {
      path: '/versions.atom',
      headerPath: '/versions.atom',
      body: renderFeed(environment, history),
      contentType: 'application/atom+xml',
      cacheControl,
    },
  ]
}

function shortCache(environment: Environment): string {
  return `public, max-age=${String(CACHE_SECONDS[environment])}`
}
