import { CLIENTS, JWKS_PATH, type Environment } from '../client-metadata/clients.ts'
import { documentOf, documentPath } from '../client-metadata/document.ts'
import { renderDocument } from '../client-metadata/render.ts'
import { renderSchema, SCHEMA_PATH } from '../client-metadata/schema.ts'

/** One machine-readable file: what is served, and how. Build, headers and checks all read this table. */
export interface Route {
  /** Absolute path on the origin. */
  readonly path: string
  readonly body: string
  readonly contentType: 'application/json' | 'application/schema+json'
  readonly cacheControl: string
}

/**
 * Ten minutes: what GitHub Pages forces anyway, long enough to carry servers over a short outage, short
 * enough that a mistake is gone the same hour.
 */
const DOCUMENT_CACHE = 'public, max-age=600'

/** Every published machine-readable file of one environment. */
export function routes(environment: Environment): readonly Route[] {
  const others = [schemaRoute(environment)]
  return [...documentRoutes(environment, new Set(others.map(({ path }) => path))), ...others]
}

/** A confidential client's document waits until its keys are served too: before that, nobody can check it. */
function documentRoutes(environment: Environment, served: ReadonlySet<string>): readonly Route[] {
  return CLIENTS[environment]
    .filter(({ kind }) => kind !== 'confidential' || served.has(JWKS_PATH))
    .map((client) => ({
      path: documentPath(client),
      body: renderDocument(documentOf(environment, client)),
      contentType: 'application/json',
      cacheControl: DOCUMENT_CACHE,
    }))
}

function schemaRoute(environment: Environment): Route {
  return {
    path: SCHEMA_PATH,
    body: renderSchema(environment),
    contentType: 'application/schema+json',
    cacheControl: DOCUMENT_CACHE,
  }
}
