import { equal, rejects } from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { publishFiles } from '../../site/src/publish/emit.ts'
import { routes } from '../../site/src/publish/routes.ts'

const TARGET = { environment: 'production', preview: false } as const

describe('What is written after the pages (issue E.7)', () => {
  let folder: string
  const published = (path: string) => join(folder, 'dist', path)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-emit-'))
    for (const { path, body } of routes(TARGET)) {
      await mkdir(dirname(published(path)), { recursive: true })
      await writeFile(published(path), body)
    }
    await writeFile(published('404.html'), 'nothing here')
  })
  afterEach(async () => await rm(folder, { recursive: true }))

  /** Runs the hook as Astro does; it uses nothing else of what Astro hands over. */
  async function finish(): Promise<void> {
    const hook = publishFiles(TARGET, new Date('2026-02-14T00:00:00Z')).hooks[
      'astro:build:done'
    ] as unknown as (options: { dir: URL; logger: { info: () => void } }) => Promise<void>
    const dir = pathToFileURL(`${published('')}/`)
    await hook({ dir, logger: { info: () => undefined } })
  }

  it('are the files that each host reads; those for own servers stay outside of what is served', async () => {
    await finish()
    for (const name of ['_headers', 'vercel.json', '.nojekyll', 'robots.txt'])
      equal((await stat(published(name))).isFile(), true, name)
    equal((await readFile(join(folder, 'dist-hosts', 'nginx.conf'), 'utf8')).length > 500, true)
    await rejects(stat(published('nginx.conf')))
  })

  it('fails when a file has other bytes than the table', async () => {
    await writeFile(published('/oauth/client.json'), '{}')
    await rejects(finish())
  })

  it('fails without a 404 page, where Cloudflare Pages answers 200 for every path', async () => {
    await rm(published('404.html'))
    await rejects(finish())
  })
})
