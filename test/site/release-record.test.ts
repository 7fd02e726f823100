import { deepEqual, equal } from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommandFailure } from '../../scripts/commands/command-failure.ts'
import { recordRelease, releaseOf } from '../../scripts/publish/record-release.ts'
import { publishedIdentity } from '@signet/site/client-metadata'
import { markPublished, recordVersions } from '../../site/src/client-metadata/versions.ts'
import { readReleases } from '../../site/src/publish/compatibility.ts'
import { currentDocuments } from '../../site/src/publish/routes.ts'

describe('Recording a release (issue E.4)', () => {
  let folder: string
  let file: string
  const quiet = () => undefined
  const documents = currentDocuments({ environment: 'production', preview: false })
  const served = (at: string) =>
    markPublished(
      recordVersions({ versions: [] }, 'production', documents, at),
      documents.map(({ clientId }) => clientId),
      at,
    )

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-release-'))
    file = join(folder, 'releases.json')
    await writeFile(file, '{"releases":[]}')
  })
  afterEach(async () => await rm(folder, { recursive: true }))

  const recorded = async () => readReleases(JSON.parse(await readFile(file, 'utf8')))

  it('keeps what the extension really sends', async () => {
    const release = releaseOf('1.0.0', new Date('2026-06-01T00:00:00Z'))
    await recordRelease(file, release, served('2026-01-01T00:00:00Z'), quiet)
    const identity = publishedIdentity('production')
    const [entry] = await recorded()
    deepEqual(
      { clientId: entry?.clientId, redirectUris: entry?.redirectUris },
      { clientId: identity.clientId, redirectUris: identity.redirectUris },
    )
  })

  it('keeps a version as it was first released', async () => {
    const ledger = served('2026-01-01T00:00:00Z')
    await recordRelease(file, releaseOf('1.0.0', new Date('2026-06-01T00:00:00Z')), ledger, quiet)
    const first = await recorded()
    await recordRelease(file, releaseOf('1.0.0', new Date('2026-07-01T00:00:00Z')), ledger, quiet)
    deepEqual(await recorded(), first)
  })

  it('is refused while a server may not know a redirect URI yet', async () => {
    const release = releaseOf('1.0.0', new Date('2026-01-01T12:00:00Z'))
    const attempt = recordRelease(file, release, served('2026-01-01T00:00:00Z'), quiet)
    const error: unknown = await attempt.catch((reason: unknown) => reason)
    equal(error instanceof CommandFailure && error.code, 'publication_blocked')
    deepEqual(await recorded(), [])
  })
})
