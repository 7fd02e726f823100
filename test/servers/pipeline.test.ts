import { equal, match, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../scripts/run-tool.ts'
import { writeSampleHistory } from '../../scripts/bench/watch/sample-history.ts'
import { readLedger } from '../../site/src/publish/ledger.ts'
import { findOrInstall } from '../support/debian-command.ts'
import { createCertificateAuthority } from './certificate-authority.ts'
import { NGINX, startStaticHost, type StaticHost } from './static-host.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What a checkout holds of this tree, as far as publishing reads it. */
const CHECKED_OUT = ['extension', 'scripts', 'site', 'package.json', 'tsconfig.json']
const LEFT_OUT = /\/(?:node_modules|dist|dist-hosts|\.astro|site\/history)$/

/**
 * The steps of .github/workflows/identity.yml, in its order, on a checkout of its own and a real web server.
 * What GitHub does between them is done here by moving a link: one folder is served or another.
 */
describe('Publishing a change, from the review to the bytes that are served (issue E.9)', function () {
  this.timeout(600_000)
  let folder: string
  let host: StaticHost | undefined
  let reach: readonly string[]
  const tree = () => join(folder, 'tree')
  const releases = (name: string) => join(folder, 'releases', name)

  const start = (script: string, ...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [join(tree(), 'scripts', script), ...args], {
      cwd: tree(),
    })
  const ended = async (started: ReturnType<typeof start>): Promise<Ended> =>
    await started.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => error as Ended,
    )
  const step = async (script: string, ...args: readonly string[]) =>
    await ended(start(script, ...args))
  const build = async (...flags: readonly string[]) =>
    await step('build.ts', '--site-only', ...flags)
  const markLiveArgs = (seconds: string) =>
    ['mark-live', '--timeout', seconds, '--interval', '0.2', ...reach] as const
  const markLive = async (seconds: string, ...args: readonly string[]) =>
    await step('identity.ts', ...markLiveArgs(seconds), ...args)
  const ledger = async () =>
    readLedger(JSON.parse(await readFile(join(tree(), 'site', 'published.json'), 'utf8')))

  /** What `deploy-pages` does with the folder that the build left. */
  async function deploy(name: string): Promise<void> {
    await cp(join(tree(), 'site', 'dist'), releases(name), { recursive: true })
    await serve(name)
  }
  async function serve(name: string): Promise<void> {
    await symlink(releases(name), join(folder, 'next'))
    await rename(join(folder, 'next'), join(folder, 'served'))
  }
  async function edit(from: string, to: string): Promise<void> {
    const file = join(tree(), 'site', 'src', 'client-metadata', 'clients.ts')
    const text = await readFile(file, 'utf8')
    ok(text.includes(from))
    await writeFile(file, text.replace(from, to))
  }

  before(async function () {
    const nginx = findOrInstall(
      {
        names: ['nginx'],
        debianPackage: 'nginx',
        variable: 'SIGNET_NGINX',
        elsewhere: ['/usr/sbin/nginx'],
      },
      console.log,
    )
    folder = await mkdtemp(join(tmpdir(), 'signet-pipeline-'))
    if ('missing' in nginx) {
      console.log(`skipped: ${nginx.missing}`)
      this.skip()
    }
    for (const name of CHECKED_OUT)
      await cp(join(ROOT, name), join(tree(), name), {
        recursive: true,
        filter: (source) => !LEFT_OUT.test(source),
      })
    await symlink(join(ROOT, 'node_modules'), join(tree(), 'node_modules'))
    await writeSampleHistory(join(tree(), 'site', 'history'), {
      paths: ['/oauth/client.json'],
      intervalMs: 600_000,
      endMs: Date.now(),
      days: 2,
    })
    const built = await build()
    equal(built.code, 0, built.stderr)
    await deploy('first')
    const authority = await createCertificateAuthority()
    const issued = await authority.issue(['signet.example'])
    const tls = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
    await writeFile(tls.certificate, issued.certPem)
    await writeFile(tls.key, issued.keyPem)
    await writeFile(join(folder, 'ca.pem'), authority.caPem)
    const generated = join(tree(), 'site', 'dist-hosts', 'nginx.conf')
    host = await startStaticHost(NGINX, nginx.path, join(folder, 'served'), generated, tls)
    reach = ['--ca', join(folder, 'ca.pem'), '--connect', new URL(host.origin).host]
  })
  after(async () => {
    await host?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('the first version is seen being served, and its day is recorded', async () => {
    const { code, stderr } = await markLive('10')
    equal(code, 0, stderr)
    const { versions } = await ledger()
    ok(versions.some(({ publishedAt }) => publishedAt !== null))
  })

  it('a page about status knows what was watched before this build', async () => {
    const page = await readFile(join(releases('first'), 'status.html'), 'utf8')
    match(page, /\/oauth\/client\.json/)
    ok(!page.includes('There are no checks yet'))
  })

  it('a change is told from what is on record, and goes out only once it is recorded itself', async () => {
    await cp(join(tree(), 'site', 'published.json'), join(folder, 'before.json'))
    await edit('28632, 28633]', '28632, 28633, 28634]')
    const comment = await step('signet.ts', 'diff', '--against', 'ledger', '--markdown')
    equal(comment.code, 0, comment.stderr)
    match(comment.stdout, /redirect_uris\[http:\/\/127\.0\.0\.1:28634\/callback\]` \| \*\*Additive/)
    const early = await build('--publish')
    equal(early.code, 1)
    match(early.stderr, /ledger\/unrecorded/)
    equal((await step('signet.ts', 'diff', '--record')).code, 0)
    equal((await step('identity.ts', 'ledger-kept', join(folder, 'before.json'))).code, 0)
    const { code, stderr } = await build('--publish')
    equal(code, 0, stderr)
    for (const name of ['client', 'editor'])
      equal((await step('signet.ts', 'lint', join(tree(), `site/dist/oauth/${name}.json`))).code, 0)
  })

  it('is waited for until its bytes are served, not only until something is', async () => {
    const waiting = start('identity.ts', ...markLiveArgs('120'))
    const [told] = (await once(waiting.child.stderr!, 'data')) as [string]
    match(told, /Not yet: .*\/oauth\/client\.json has other bytes/)
    await deploy('second')
    const { code, stderr } = await ended(waiting)
    equal(code, 0, stderr)
    ok((await ledger()).versions.filter(({ name }) => name === 'client').at(-1)?.publishedAt)
  })

  it('that never becomes live is reported, its predecessor comes back, and an issue says what to do', async () => {
    const good = join(folder, 'good-clients.ts')
    const source = join(tree(), 'site', 'src', 'client-metadata', 'clients.ts')
    await cp(source, good)
    await edit('28633, 28634]', '28633, 28634, 28635]')
    equal((await step('signet.ts', 'diff', '--record')).code, 0)
    equal((await build('--publish')).code, 0)
    // The host says that it took the new version, and goes on serving the one before.
    const failed = await markLive('1')
    equal(failed.code, 1)
    match(failed.stderr, /bytes_not_served/)
    match(failed.stderr, /\/oauth\/client\.json has other bytes/)
    equal((await ledger()).versions.at(-1)?.publishedAt, null)

    await cp(good, source)
    equal((await build()).code, 0)
    await deploy('back')
    const back = await markLive('10', '--ledger', join(folder, 'before.json'))
    equal(back.code, 0, back.stderr)

    const report = async (restored: string) =>
      await step(
        ...([
          'identity.ts',
          'failure-report',
          '--version',
          'abc123',
          '--run',
          'https://ci.example/7',
        ] as const),
        ...['--deployed', 'success', '--restored', restored],
      )
    const { stdout } = await report('success')
    match(stdout, /abc123 was deployed, but https:\/\/signet\.example did not serve its bytes/)
    match(stdout, /is back/)
    match(stdout, /https:\/\/ci\.example\/7/)
    match((await report('skipped')).stdout, /not known to be back \(skipped\)[^]*identity-live/)
  })
})
