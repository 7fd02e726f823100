import { createHash } from 'node:crypto'
import { ORIGINS, type Environment } from './clients.ts'
import { isReserved } from './reserved.ts'

/**
 * One published byte sequence. The ledger holds them in order and is only ever appended to; the one thing
 * that changes later is `publishedAt`, once, when the bytes were seen being served.
 */
export interface PublishedVersion {
  readonly environment: Environment
  /** Last part of the client_id without `.json`. */
  readonly name: string
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly id: string
  /** ISO 8601 in UTC: when it was entered, before its deployment. */
  readonly recordedAt: string
  /** The same: when it was first seen being served. Null: not yet. */
  readonly publishedAt: string | null
  /** The document, verbatim. */
  readonly bytes: string
}

export interface Ledger {
  readonly versions: readonly PublishedVersion[]
}

/** A document as it would be published now. */
export interface CurrentDocument {
  readonly name: string
  readonly clientId: string
  readonly bytes: string
}

/** A document's version: what a person can compute from the served bytes with `sha256sum`. */
export function versionId(bytes: string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The client_id a recorded version stands for. Throws SyntaxError when its bytes are no JSON. */
export function clientIdOf({ bytes }: Pick<PublishedVersion, 'bytes'>): string {
  const { client_id: clientId } = JSON.parse(bytes) as { client_id?: unknown }
  if (typeof clientId !== 'string') throw new SyntaxError('a recorded version has no client_id')
  return clientId
}

/** The recorded versions of one client_id, oldest first. */
export function versionsOf(ledger: Ledger, clientId: string): readonly PublishedVersion[] {
  return ledger.versions.filter((version) => clientIdOf(version) === clientId)
}

/** What of an environment's ledger is still at home at its origin, oldest first. */
export function versionsAt(ledger: Ledger, environment: Environment): readonly PublishedVersion[] {
  return ledger.versions.filter(
    (version) =>
      version.environment === environment &&
      clientIdOf(version).startsWith(`${ORIGINS[environment]}/`),
  )
}

/** Appends each document whose bytes are not its newest recorded ones. `now`: ISO 8601, UTC. */
export function recordVersions(
  ledger: Ledger,
  environment: Environment,
  documents: readonly CurrentDocument[],
  now: string,
): Ledger {
  const added = documents
    .filter(({ clientId, bytes }) => versionsOf(ledger, clientId).at(-1)?.bytes !== bytes)
    .map(({ name, bytes }) => ({
      environment,
      name,
      id: versionId(bytes),
      recordedAt: now,
      publishedAt: null,
      bytes,
    }))
  return { versions: [...ledger.versions, ...added] }
}

/** Enters that a client_id's newest version was seen being served; a date that stands is kept. */
export function markPublished(ledger: Ledger, clientIds: readonly string[], now: string): Ledger {
  const newest = new Set(clientIds.map((clientId) => versionsOf(ledger, clientId).at(-1)))
  return {
    versions: ledger.versions.map((version) =>
      newest.has(version) && version.publishedAt === null
        ? { ...version, publishedAt: now }
        : version,
    ),
  }
}

/** Whether `after` keeps all that `before` says; a missing publication date may have been filled in. */
export function isAppendOnly(before: Ledger, after: Ledger): boolean {
  return before.versions.every((old, index) => {
    const same = after.versions[index]
    return (
      same?.environment === old.environment &&
      same.name === old.name &&
      same.id === old.id &&
      same.recordedAt === old.recordedAt &&
      same.bytes === old.bytes &&
      (old.publishedAt === null || same.publishedAt === old.publishedAt)
    )
  })
}

/** The file's bytes as text: two spaces, LF, final newline. */
export function renderLedger(ledger: Ledger): string {
  return `${JSON.stringify(ledger, undefined, 2)}\n`
}

/** Whether anybody could ever have fetched a client_id. What nobody could fetch may disappear. */
export function couldBeFetched(clientId: string): boolean {
  return URL.canParse(clientId) && !isReserved(new URL(clientId).hostname)
}
