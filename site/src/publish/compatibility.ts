import { z } from 'zod'
import { after } from '../client-metadata/propagation.ts'
import {
  couldBeFetched,
  versionsOf,
  type CurrentDocument,
  type Ledger,
} from '../client-metadata/versions.ts'
import type { BuildFinding } from './build-finding.ts'

/** What a released extension relies on, whatever the tree says today. */
export interface Release {
  readonly version: string
  /** ISO 8601, UTC. */
  readonly releasedAt: string
  /** The same. Until then people may still run it. */
  readonly supportedUntil: string
  /** Every identity it can sign in with. */
  readonly clients: readonly ReliedOn[]
}

/** What a release relies on in one document. */
export interface ReliedOn {
  readonly clientId: string
  /** With the fixed ports, as it sends them. */
  readonly redirectUris: readonly string[]
  readonly authMethod: string
}

const reliedOn = {
  clientId: z.url({ protocol: /^https$/ }),
  redirectUris: z.array(z.string().min(1)).min(1),
  authMethod: z.string().min(1),
}
const released = {
  version: z.string().min(1),
  releasedAt: z.iso.datetime(),
  supportedUntil: z.iso.datetime(),
}
const releasesSchema = z.strictObject({
  releases: z.array(
    z.union([
      z.strictObject({ ...released, clients: z.array(z.strictObject(reliedOn)).min(1) }),
      // Entries are never rewritten, and the first ones knew one client only.
      z
        .strictObject({ ...released, ...reliedOn })
        .transform(({ clientId, redirectUris, authMethod, ...release }) => ({
          ...release,
          clients: [{ clientId, redirectUris, authMethod }],
        })),
    ]),
  ),
})

/** extension/releases.json, checked for shape. Throws ZodError. */
export function readReleases(value: unknown): readonly Release[] {
  return releasesSchema.parse(value).releases
}

/** Whether every release of an older state of the file is still there as it was, in its order. */
export function onlyAdded(before: readonly Release[], after: readonly Release[]): boolean {
  return before.every((release, index) => JSON.stringify(release) === JSON.stringify(after[index]))
}

/** What a document promises to a client. */
interface Promises {
  readonly redirect_uris: readonly string[]
  readonly token_endpoint_auth_method: string
}

/**
 * Which supported releases the documents to be published would break. Stop using, wait, then remove: what
 * a release relies on stays until its support ends.
 */
export function releaseFindings(
  releases: readonly Release[],
  documents: readonly CurrentDocument[],
  now: Date,
): readonly BuildFinding[] {
  return releases
    .filter(({ supportedUntil }) => Date.parse(supportedUntil) > now.getTime())
    .flatMap((release) =>
      release.clients
        .filter(({ clientId }) => couldBeFetched(clientId))
        .flatMap((client) => brokenPromises(release, client, documents)),
    )
}

function brokenPromises(
  release: Release,
  { clientId, redirectUris, authMethod }: ReliedOn,
  documents: readonly CurrentDocument[],
): readonly BuildFinding[] {
  const document = documents.find((each) => each.clientId === clientId)
  if (document === undefined) return [broken(release, 'client-id', `its client_id ${clientId}`)]
  const promises = JSON.parse(document.bytes) as Promises
  const missing = redirectUris.filter((uri) => !promises.redirect_uris.includes(uri))
  return [
    ...missing.map((uri) => broken(release, 'redirect', `the redirect URI ${uri} of ${clientId}`)),
    ...(promises.token_endpoint_auth_method === authMethod
      ? []
      : [broken(release, 'authentication', `token requests with "${authMethod}" of ${clientId}`)]),
  ]
}

/**
 * Whether a new release may rely on what it would send. Add, wait, then use: each redirect URI has been
 * served long enough that no server holds a document without it. `waitSeconds`: from propagation.ts.
 */
export function newReleaseFindings(
  release: Release,
  ledger: Ledger,
  waitSeconds: number,
  now: Date,
): readonly BuildFinding[] {
  return release.clients.flatMap((client) => tooEarly(release, client, ledger, waitSeconds, now))
}

function tooEarly(
  release: Release,
  { clientId, redirectUris: sent }: ReliedOn,
  ledger: Ledger,
  waitSeconds: number,
  now: Date,
): readonly BuildFinding[] {
  const versions = versionsOf(ledger, clientId)
  return sent.flatMap((uri): readonly BuildFinding[] => {
    // Since when it has been there without a gap; a version that was never served counts for nothing.
    const served = versions.filter(({ publishedAt }) => publishedAt !== null)
    const absent = served.findLastIndex(({ bytes }) => !redirectUris(bytes).includes(uri))
    const since = served[absent + 1]?.publishedAt ?? null
    const safeAt = since === null ? null : after(since, waitSeconds)
    if (safeAt !== null && Date.parse(safeAt) <= now.getTime()) return []
    return [
      {
        id: 'release/too-early',
        severity: 'error',
        message:
          safeAt === null
            ? `Version ${release.version} would send ${uri}, which no published version of ${clientId} lists.`
            : `Version ${release.version} would send ${uri}, which some servers may not know for ${clientId} before ${safeAt}.`,
        fix:
          safeAt === null
            ? 'Publish the document first, wait until servers have it, then release.'
            : `Release after ${safeAt}.`,
      },
    ]
  })
}

function redirectUris(bytes: string): readonly string[] {
  return (JSON.parse(bytes) as Partial<Promises>).redirect_uris ?? []
}

function broken({ version, supportedUntil }: Release, what: string, words: string): BuildFinding {
  return {
    id: `release/${what}`,
    severity: 'error',
    message: `Version ${version} of the extension relies on ${words} and is supported until ${supportedUntil}.`,
    fix: `Put it back until ${supportedUntil}; release an extension that does without it now, so that it can go then.`,
  }
}
