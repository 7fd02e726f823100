import type { Environment } from '../client-metadata/clients.ts'
import {
  diffDocuments,
  isBreaking,
  type Change,
  type DocumentMembers,
} from '../client-metadata/diff.ts'
import {
  clientIdOf,
  versionsAt,
  type Ledger,
  type PublishedVersion,
} from '../client-metadata/versions.ts'

/** A recorded version and what it changed. */
export interface HistoryEntry {
  readonly version: PublishedVersion
  readonly clientId: string
  /** The one before it of the same client_id. */
  readonly previous: PublishedVersion | undefined
  readonly changes: readonly Change[]
  /** Whether it is the newest of its client_id. */
  readonly current: boolean
}

/** An environment's recorded versions, newest first. */
export function versionHistory(ledger: Ledger, environment: Environment): readonly HistoryEntry[] {
  const newest = new Map<string, PublishedVersion>()
  const entries = versionsAt(ledger, environment).map((version) => {
    const clientId = clientIdOf(version)
    const previous = newest.get(clientId)
    newest.set(clientId, version)
    const changes = diffDocuments(previous && membersOf(previous), membersOf(version))
    return { version, clientId, previous, changes }
  })
  return entries
    .map((entry) => ({ ...entry, current: newest.get(entry.clientId) === entry.version }))
    .reverse()
}

/** `/versions.json`: the same for programs, without the bytes, which have addresses of their own. */
export function renderHistory(history: readonly HistoryEntry[]): string {
  const versions = history.map(({ version, clientId, previous, changes, current }) => ({
    clientId,
    id: version.id,
    previous: previous?.id ?? null,
    recordedAt: version.recordedAt,
    publishedAt: version.publishedAt,
    current,
    breaking: isBreaking(changes),
    path: copyPath(version),
  }))
  return `${JSON.stringify({ versions }, undefined, 2)}\n`
}

/** Where a version's bytes stay for good. Its client_id names another address, so no server takes it. */
export function copyPath({ name, id }: Pick<PublishedVersion, 'name' | 'id'>): string {
  return `/oauth/versions/${name}/${id}.json`
}

function membersOf({ bytes }: PublishedVersion): DocumentMembers {
  return JSON.parse(bytes) as DocumentMembers
}
