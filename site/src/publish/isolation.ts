import { CLIENTS, ORIGINS, type Environment } from '../client-metadata/clients.ts'
import { documentOf } from '../client-metadata/document.ts'
import type { KeyRegistry } from '../client-metadata/keys/registry.ts'
import { clientIdOf, type Ledger } from '../client-metadata/versions.ts'
import type { BuildFinding } from './build-finding.ts'

/** What environments may share with each other or not, as values, so that tests can mix them up. */
export interface Identities {
  readonly origins: Readonly<Record<Environment, string>>
  /** Every document's members, by environment. */
  readonly documents: Readonly<Record<Environment, readonly object[]>>
  readonly registry: KeyRegistry
  readonly ledger: Ledger
}

const ENVIRONMENTS = Object.keys(ORIGINS) as readonly Environment[]

/** The identities as clients.ts describes them. */
export function describedIdentities(registry: KeyRegistry, ledger: Ledger): Identities {
  const of = (environment: Environment) =>
    CLIENTS[environment].map((client) => documentOf(environment, client))
  return {
    origins: ORIGINS,
    documents: { production: of('production'), staging: of('staging'), local: of('local') },
    registry,
    ledger,
  }
}

/**
 * Where one environment's origin, host, redirect or key appears in another: then what is tried out in one
 * could be used against the other. Loopback and editors' schemes belong to no environment.
 */
export function isolationFindings(identities: Identities): readonly BuildFinding[] {
  return ENVIRONMENTS.flatMap((environment) =>
    ENVIRONMENTS.filter((other) => other !== environment).flatMap((other) => [
      ...sharedOrigin(identities, environment, other),
      ...foreignHosts(identities, environment, other),
      ...sharedRedirects(identities, environment, other),
      ...sharedKeys(identities, environment, other),
      ...foreignVersions(identities, environment, other),
    ]),
  )
}

function sharedOrigin({ origins }: Identities, environment: Environment, other: Environment) {
  // Each pair is met twice; one report is enough.
  if (ENVIRONMENTS.indexOf(environment) > ENVIRONMENTS.indexOf(other)) return []
  return host(origins[environment]) === host(origins[other])
    ? [
        finding(
          'origin',
          `${environment} and ${other} have the host ${host(origins[other]) ?? ''}.`,
        ),
      ]
    : []
}

function foreignHosts(
  { origins, documents }: Identities,
  environment: Environment,
  other: Environment,
) {
  const foreign = host(origins[other])
  if (foreign === undefined || foreign === host(origins[environment])) return []
  const found = new Set(
    strings(documents[environment]).filter(
      (text) => /^https?:/i.test(text) && host(text) === foreign,
    ),
  )
  return [...found].map((text) =>
    finding('host', `A document of ${environment} names ${text}, which is ${other}’s.`),
  )
}

/** An application elsewhere that answers of both go to would take one environment's answer for the other's. */
function sharedRedirects(
  { origins, documents }: Identities,
  environment: Environment,
  other: Environment,
) {
  if (ENVIRONMENTS.indexOf(environment) > ENVIRONMENTS.indexOf(other)) return []
  const others = new Set(redirects(documents[other]))
  const own = new Set([host(origins[environment]), host(origins[other])])
  return (
    [...new Set(redirects(documents[environment]))]
      // One on an origin of theirs is reported as a foreign host.
      .filter((uri) => others.has(uri) && !own.has(host(uri)))
      .map((uri) => finding('redirect', `${uri} is a redirect of ${environment} and of ${other}.`))
  )
}

/** Those on a host that answers can be meant for: loopback and schemes are a person's own machine. */
function redirects(documents: readonly object[]): readonly string[] {
  return documents.flatMap((document) =>
    'redirect_uris' in document
      ? strings(document.redirect_uris).filter((uri) => /^https:/i.test(uri))
      : [],
  )
}

function sharedKeys({ registry }: Identities, environment: Environment, other: Environment) {
  if (ENVIRONMENTS.indexOf(environment) > ENVIRONMENTS.indexOf(other)) return []
  const kids = new Set(registry[other].map(({ kid }) => kid))
  return registry[environment]
    .filter(({ kid }) => kids.has(kid))
    .map(({ kid }) => finding('key', `Key ${kid} is registered in ${environment} and ${other}.`))
}

function foreignVersions(
  { origins, ledger }: Identities,
  environment: Environment,
  other: Environment,
) {
  return ledger.versions
    .filter(
      (version) =>
        version.environment === environment && host(clientIdOf(version)) === host(origins[other]),
    )
    .map((version) =>
      finding('version', `The ledger has ${clientIdOf(version)} under ${environment}.`),
    )
}

function finding(what: string, message: string): BuildFinding {
  return {
    id: `isolation/${what}`,
    severity: 'error',
    message,
    fix: 'Give each environment its own origin, documents and keys in clients.ts and keys/registry.json.',
  }
}

/** Host and port, lower case; undefined for what is no URL. */
function host(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(strings)
}
