import { readFile, writeFile } from 'node:fs/promises'
import { editorIdentity, publishedIdentity } from '../../site/src/client-metadata/index.ts'
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

/** What the extension of this tree relies on, as a release of a version: both identities that it offers. */
export function releaseOf(version: string, now: Date): Release {
  const releasedAt = now.toISOString()
  const identities = [publishedIdentity('production'), editorIdentity('production')]
  return {
    version,
    releasedAt,
    supportedUntil: after(releasedAt, SUPPORT_SECONDS),
    clients: identities.flatMap((identity) =>
      identity === undefined
        ? []
        : [
            {
              clientId: identity.clientId,
              redirectUris: identity.redirectUris,
              authMethod: identity.document.token_endpoint_auth_method,
            },
          ],
    ),
  }
}

/**
 * Enters a release into the file of releases, once every server has seen what it relies on. What is there
 * stays as it is, also in the form it was written in. Throws `publication_blocked`.
 */
export async function recordRelease(
  file: string,
  release: Release,
  ledger: Ledger,
  warn: (line: string) => void,
): Promise<void> {
  const text = await readFile(file, 'utf8')
  const { releases: entries } = JSON.parse(text) as { readonly releases: readonly unknown[] }
  if (readReleases({ releases: entries }).some(({ version }) => version === release.version)) return
  const wait = propagationWait(CACHE_SECONDS.production)
  blockOn(newReleaseFindings(release, ledger, wait.total, new Date(release.releasedAt)), warn)
  await writeFile(file, `${JSON.stringify({ releases: [...entries, release] }, undefined, 2)}\n`)
}
