import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommandFailure } from '../../scripts/commands/command-failure.ts'
import { recordRelease, releaseOf } from '../../scripts/publish/record-release.ts'
import { editorIdentity, publishedIdentity } from '@signet/site/client-metadata'
import { markPublished, recordVersions } from '../../site/src/client-metadata/versions.ts'
import { onlyAdded, readReleases } from '../../site/src/publish/compatibility.ts'
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
    const editor = editorIdentity('production')
    ok(editor)
    const [entry] = await recorded()
    deepEqual(
      entry?.clients.map(({ clientId, redirectUris }) => ({ clientId, redirectUris })),
      [publishedIdentity('production'), editor].map(({ clientId, redirectUris }) => {
        return { clientId, redirectUris }
      }),
    )
  })

  it('leaves an entry of the first form as it was written, and reads it', async () => {
    const first = {
      version: '0.1.0',
      releasedAt: '2026-01-01T00:00:00Z',
      supportedUntil: '2026-07-01T00:00:00Z',
      clientId: 'https://id.vendor.dev/oauth/client.json',
      redirectUris: ['http://127.0.0.1/callback'],
      authMethod: 'none',
    }
    await writeFile(file, JSON.stringify({ releases: [first] }))
    const release = releaseOf('1.0.0', new Date('2026-06-01T00:00:00Z'))
    await recordRelease(file, release, served('2026-01-01T00:00:00Z'), quiet)
    const { releases } = JSON.parse(await readFile(file, 'utf8')) as { releases: unknown[] }
    deepEqual(releases, [first, release])
    const { clientId, redirectUris, authMethod } = first
    deepEqual((await recorded())[0]?.clients, [{ clientId, redirectUris, authMethod }])
  })

  it('is only ever added to: a release that is gone or other than it was is found', async () => {
    const release = releaseOf('1.0.0', new Date('2026-06-01T00:00:00Z'))
    const next = releaseOf('1.1.0', new Date('2026-07-01T00:00:00Z'))
    equal(onlyAdded([release], [release, next]), true)
    equal(onlyAdded([release, next], [next]), false)
    equal(onlyAdded([release], [{ ...release, supportedUntil: release.releasedAt }]), false)
    equal(onlyAdded([release], [{ ...release, clients: release.clients.slice(0, 1) }]), false)
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
