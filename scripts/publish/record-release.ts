import { readFile, writeFile } from 'node:fs/promises'
import { clientDocument } from '../../site/src/client-metadata/document.ts'
import { after, propagationWait } from '../../site/src/client-metadata/propagation.ts'
import type { Ledger } from '../../site/src/client-metadata/versions.ts'
import {
  newReleaseFindings,
  readReleases,
  type Release,
} from '../../site/src/publish/compatibility.ts'
import { CACHE_SECONDS } from '../../site/src/publish/routes.ts'
import { blockOn } from './gates.ts'

/**
 * Half a year: editors update extensions by themselves within days, but machines without a network and
 * pinned versions do not.
 */
const SUPPORT_SECONDS = 180 * 86_400

/** What the extension of this tree relies on, as a release of a version. */
export function releaseOf(version: string, now: Date): Release {
  const document = clientDocument('production', 'client')
  const releasedAt = now.toISOString()
  return {
    version,
    releasedAt,
    supportedUntil: after(releasedAt, SUPPORT_SECONDS),
    clientId: document.client_id,
    redirectUris: document.redirect_uris,
    authMethod: document.token_endpoint_auth_method,
  }
}

/**
 * Enters a release into the file of releases, once every server has seen what it relies on. A version that
 * is there stays as it is. Throws `publication_blocked`.
 */
export async function recordRelease(
  file: string,
  release: Release,
  ledger: Ledger,
  warn: (line: string) => void,
): Promise<void> {
  const releases = readReleases(JSON.parse(await readFile(file, 'utf8')))
  if (releases.some(({ version }) => version === release.version)) return
  const wait = propagationWait(CACHE_SECONDS.production)
  blockOn(newReleaseFindings(release, ledger, wait.total, new Date(release.releasedAt)), warn)
  await writeFile(file, `${JSON.stringify({ releases: [...releases, release] }, undefined, 2)}\n`)
}
