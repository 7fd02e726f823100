import { deepEqual, match, ok } from 'node:assert/strict'
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, runTool } from '../../scripts/run-tool.ts'

describe('A preview of the site (issue E.6)', function () {
  this.timeout(180_000)
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-preview-'))
    await runTool('astro', ['build', '--silent', '--outDir', join(folder, 'dist')], {
      cwd: join(ROOT, 'site'),
      env: { ASTRO_TELEMETRY_DISABLED: '1', SIGNET_ENV: 'preview' },
    })
  })
  after(async () => await rm(folder, { recursive: true, force: true }))

  it('claims no client_id: it holds no document, no keys and no version of one', async () => {
    const files: string[] = []
    for await (const name of glob('**/*.{json,atom}', { cwd: join(folder, 'dist') }))
      files.push(name)
    // How the identity is, and how to serve the pages; nothing that says who a client is.
    deepEqual(files.sort(), ['badge.json', 'status.atom', 'status.json', 'vercel.json'])
  })

  it('says on every page what it is, and is for no search engine', async () => {
    let pages = 0
    for await (const name of glob('**/*.html', { cwd: join(folder, 'dist') })) {
      const text = await readFile(join(folder, 'dist', name), 'utf8')
      match(text, /Preview for review/, name)
      match(text, /<meta name="robots" content="noindex"/, name)
      pages += 1
    }
    ok(pages > 5)
  })
})
