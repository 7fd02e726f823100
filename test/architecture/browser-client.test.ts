import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ROOT } from '../../scripts/run-tool.ts'

const REDIRECT = 'https://app.signet.example/oauth/callback'
const CLIENT_ID = 'https://signet.example/oauth/app.json'

/** One entry more in clients.ts, in a copy of this tree: everything else has to follow by itself. */
describe('A team that adds a browser application to clients.ts (issue E.1)', function () {
  this.timeout(180_000)
  let folder: string
  const path = (...names: readonly string[]) => join(folder, ...names)
  const dist = async (...names: readonly string[]) =>
    await readFile(path('site', 'dist', ...names), 'utf8')

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-browser-'))
    const leftOut = new Set(['dist', 'dist-hosts', 'node_modules', '.astro'])
    for (const name of ['site', 'scripts', 'extension', 'package.json', 'tsconfig.json'])
      await cp(join(ROOT, name), path(name), {
        recursive: true,
        filter: (source) => !leftOut.has(basename(source)),
      })
    await symlink(join(ROOT, 'node_modules'), path('node_modules'))
  })
  after(async () => await rm(folder, { recursive: true, force: true }))

  function run(script: string, ...args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path('scripts', script), ...args],
      { cwd: folder, encoding: 'utf8' },
    )
    return { status, stdout, stderr }
  }

  /** Puts the client into the environments named. */
  async function describeClient(environments: readonly string[]): Promise<void> {
    const file = join('site', 'src', 'client-metadata', 'clients.ts')
    let text = await readFile(join(ROOT, file), 'utf8')
    const entry = `{ kind: 'browser', key: 'app', nameSuffix: 'App', redirectUris: ['${REDIRECT}'] }`
    for (const environment of environments) {
      const line = `  ${environment}: productClients(),\n`
      ok(text.includes(line))
      text = text.replace(line, `  ${environment}: [...productClients(), ${entry}],\n`)
    }
    await writeFile(path(file), text)
  }

  it('is told by the diff what that adds and for whom, and cannot publish it unrecorded', async () => {
    await describeClient(['production'])
    const { status, stdout } = run('signet.ts', 'diff', '--json')
    equal(status, 0)
    const { changes, breaking } = JSON.parse(stdout) as {
      breaking: boolean
      changes: { clientId: string; kind: string }[]
    }
    equal(breaking, false)
    deepEqual(
      changes.map(({ clientId, kind }) => [clientId, kind]),
      [[CLIENT_ID, 'additive']],
    )
    const blocked = run('build.ts', '--site-only', '--publish')
    equal(blocked.status, 1)
    match(blocked.stderr, /ledger\/unrecorded/)
  })

  it('records it, and the build publishes it: document, header fields, versions, pages', async () => {
    equal(run('signet.ts', 'diff', '--record', '--json').status, 0)
    const built = run('build.ts', '--site-only', '--publish')
    equal(built.status, 0, built.stderr)
    const bytes = await dist('oauth', 'app.json')
    const document = JSON.parse(bytes) as Record<string, unknown>
    deepEqual(
      [
        document.client_id,
        document.client_name,
        document.application_type,
        document.redirect_uris,
        document.token_endpoint_auth_method,
      ],
      [CLIENT_ID, 'Signet App', 'web', [REDIRECT], 'none'],
    )
    equal(bytes, `${JSON.stringify(document, undefined, 2)}\n`)
    match(await dist('_headers'), /^\/oauth\/app\.json\n/m)
    for (const file of ['nginx.conf', 'Caddyfile'])
      match(await readFile(path('site', 'dist-hosts', file), 'utf8'), /\/oauth\/app\.json/)
    const { versions } = JSON.parse(await dist('versions.json')) as {
      versions: { clientId: string; id: string; path: string }[]
    }
    const version = versions.find(({ clientId }) => clientId === CLIENT_ID)
    equal(await dist(version?.path ?? ''), bytes)
    for (const page of ['index.html', 'document.html', 'versions.html', 'compat.html'])
      match(await dist(page), /\/oauth\/app\.json/, page)
    match(await dist('versions', `${version?.id ?? ''}.html`), /oauth\/app\.json/)
  })

  it('sees in lint that every server for MCP takes it', () => {
    const { status, stdout } = run(
      'signet.ts',
      'lint',
      path('site', 'dist', 'oauth', 'app.json'),
      '--json',
    )
    equal(status, 0, stdout)
    const { profiles } = JSON.parse(stdout) as {
      profiles: Record<string, { verdict: string; mcp: boolean }>
    }
    const judged = Object.entries(profiles).filter(([, { mcp }]) => mcp)
    ok(judged.length >= 7)
    deepEqual(
      judged.filter(([, { verdict }]) => verdict !== 'accepted'),
      [],
    )
  })

  it('is stopped when production and staging would share its redirect (E.6)', async () => {
    await describeClient(['production', 'staging'])
    const { status, stderr } = run('build.ts', '--site-only')
    equal(status, 1)
    match(stderr, /isolation\/redirect/)
  })

  it('is stopped when it would take the client away from a release that relies on it (E.4)', async () => {
    await describeClient([])
    const clients = path('site', 'src', 'client-metadata', 'clients.ts')
    const text = await readFile(clients, 'utf8')
    // An origin that servers could have fetched from.
    await writeFile(clients, text.replaceAll('signet.example', 'id.vendor.dev'))
    const release = {
      version: '1.0.0',
      releasedAt: '2026-01-01T00:00:00Z',
      supportedUntil: '2999-01-01T00:00:00Z',
      clientId: CLIENT_ID.replace('signet.example', 'id.vendor.dev'),
      redirectUris: [REDIRECT],
      authMethod: 'none',
    }
    await writeFile(path('extension', 'releases.json'), JSON.stringify({ releases: [release] }))
    const { status, stderr } = run('build.ts', '--site-only')
    equal(status, 1)
    match(stderr, /release\/client-id/)
    match(stderr, /Version 1\.0\.0 .* until 2999/)
  })
})
