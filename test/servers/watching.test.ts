import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { ROOT } from '../../scripts/run-tool.ts'
import { VANTAGE } from '../../site/src/check/limits.ts'
import { targets } from '../../site/src/check/targets.ts'
import { ORIGINS } from '../../site/src/client-metadata/clients.ts'
import { loadHistory } from '../../site/src/history/store.ts'
import { createCertificateAuthority } from './certificate-authority.ts'
import { DOCUMENT_PATH, identityOf } from './detection/identity.ts'
import { closeServer, listen } from './listen.ts'
import { ended, startSignet } from './run-signet.ts'

const HOST = new URL(ORIGINS.production).hostname

interface Checked {
  readonly verdict: string
  readonly targets: readonly {
    url: string
    verdict: string
    findings: { id: string }[]
    ms: number
  }[]
}

describe('Watching from the command line (issue F)', function () {
  this.timeout(180_000)
  let folder: string
  let server: Server
  let hooks: Server
  let reach: readonly string[]
  let hook: string
  let failing = false
  const hooked: { kind: string; key: string }[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-watch-'))
    const authority = await createCertificateAuthority()
    const { certPem, keyPem } = await authority.issue([HOST])
    const identity = identityOf()
    server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
      const path = request.url ?? '/'
      const headers = request.headers as Readonly<Record<string, string | undefined>>
      const { status, headers: fields, body } = identity.answer({ path, headers })
      if (failing && path === DOCUMENT_PATH) response.writeHead(404).end()
      else response.writeHead(status, fields).end(body)
    })
    hooks = createHttpServer((request, response) => {
      let text = ''
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => {
        hooked.push(JSON.parse(text) as { kind: string; key: string })
        response.end()
      })
    })
    const port = await listen(server, '127.0.0.1')
    hook = `http://127.0.0.1:${await listen(hooks, '127.0.0.1')}/`
    await writeFile(join(folder, 'ca.pem'), authority.caPem)
    reach = ['--connect', `127.0.0.1:${port}`, '--ca', join(folder, 'ca.pem')]
  })
  after(async () => {
    await closeServer(server)
    await closeServer(hooks)
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    failing = false
    hooked.length = 0
  })

  function start(...args: readonly string[]): ChildProcessWithoutNullStreams {
    const env = { ...process.env, SIGNET_ALERT_WEBHOOK: hook, GITHUB_TOKEN: '' }
    return startSignet(args, { env })
  }

  const signet = async (...args: readonly string[]) => await ended(start(...args))

  it('finds nothing in what this tree publishes, and says so to programs', async () => {
    const { code, stdout } = await signet('check', '--json', ...reach)
    const run = JSON.parse(stdout) as Checked
    deepEqual(
      run.targets.filter(({ verdict }) => verdict !== 'ok'),
      [],
    )
    equal(run.verdict, 'ok')
    equal(code, 0)
  })

  it('ends with 1 when something is bad and with 3 when nothing answers', async () => {
    failing = true
    const bad = await signet('check', '--json', ...reach)
    equal(bad.code, 1)
    const main = (JSON.parse(bad.stdout) as Checked).targets.find(({ url }) =>
      url.endsWith(DOCUMENT_PATH),
    )
    deepEqual(
      main?.findings.map(({ id }) => id),
      ['response-status'],
    )
    equal((await signet('check', '--connect', '127.0.0.1:1', '--json')).code, 3)
    equal((await signet('check', 'http://plain.acme-software.dev')).code, 2)
  })

  it('sends nothing to other places about an origin that they cannot reach', async () => {
    for (const args of [[], ['https://client.acme-software.dev', ...reach]]) {
      const { code, stdout } = await signet('check', ...args, '--vantage', 'globalping', '--json')
      const { error } = JSON.parse(stdout) as { error: { code: string } }
      deepEqual([code, error.code], [1, 'vantage_not_public'])
    }
  })

  it('opens at the second bad run, tells once, and closes at the second good one', async () => {
    const history = join(folder, 'told')
    const look = async () => await signet('check', '--alert', '--history', history, ...reach)
    failing = true
    await look()
    equal(hooked.length, 0)
    await look()
    await look()
    failing = false
    await look()
    await look()
    await look()
    deepEqual(
      hooked.map(({ kind }) => kind),
      ['opened', 'closed'],
    )
    equal((await loadHistory(history)).runs.length, 6)
  })

  it('goes on until it is told to stop, answers Prometheus, and keeps whole runs', async () => {
    const history = join(folder, 'going')
    const child = start(
      'watch',
      '--interval',
      '1',
      '--metrics',
      '0',
      '--history',
      history,
      ...reach,
    )
    let stderr = ''
    let runs = 0
    await new Promise<void>((resolve) =>
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString()
        runs = (stderr.match(/ ms\n/g) ?? []).length
        if (runs >= 2) resolve()
      }),
    )
    const address = /metrics: (\S+)/.exec(stderr)?.[1] ?? ''
    const metrics = await (await fetch(address)).text()
    match(metrics, /signet_target_verdict\{path="\/oauth\/client\.json",verdict="ok"\} 1/)
    child.kill('SIGTERM')
    const [code] = (await once(child, 'close')) as [number]
    equal(code, 0)
    const kept = await loadHistory(history)
    ok(kept.runs.length >= 2)
    equal(kept.corruptLines, 0)
  })

  it('killed at any moment, loses the run in flight and nothing else', async () => {
    const history = join(folder, 'killed')
    await mkdir(history)
    let known = 0
    for (let round = 0; round < 4; round += 1) {
      const child = start('watch', '--interval', '1', '--history', history, ...reach)
      let reported = 0
      await new Promise<void>((resolve) =>
        child.stderr.on('data', (chunk: Buffer) => {
          reported += (chunk.toString().match(/ ms\n/g) ?? []).length
          if (reported >= 1 + (round % 2)) resolve()
        }),
      )
      child.kill('SIGKILL')
      await once(child, 'close')
      const { runs, corruptLines } = await loadHistory(history)
      ok(runs.length >= known + reported, `${runs.length} of ${known + reported}`)
      ok(corruptLines <= round)
      known = runs.length
    }
  })

  it('writes what other monitors read, for every target', async () => {
    const urls = targets({ environment: 'production', preview: false }).map(({ url }) => url)
    const emitted = async (monitor: string) => (await signet('check', '--emit', monitor)).stdout
    const gatus = parse(await emitted('gatus')) as { endpoints: { url: string }[] }
    deepEqual([...new Set(gatus.endpoints.map(({ url }) => url))], urls)
    const upptime = parse(await emitted('upptime')) as { sites: { url: string }[] }
    deepEqual(
      upptime.sites.map(({ url }) => url),
      urls,
    )
    const kuma = JSON.parse(await emitted('kuma')) as { monitorList: { url: string }[] }
    deepEqual(
      kuma.monitorList.map(({ url }) => url),
      urls,
    )
    const prometheus = parse(await emitted('prometheus')) as {
      modules: Record<string, unknown>
      scrape_configs: { params: { module: [string]; target: [string] } }[]
    }
    deepEqual(
      prometheus.scrape_configs.map(({ params }) => params.target[0]),
      urls,
    )
    for (const { params } of prometheus.scrape_configs) ok(params.module[0] in prometheus.modules)
  })

  it('writes a systemd unit that keeps secrets out of the command line', async () => {
    const { stdout } = await signet('watch', '--systemd', '--interval', '120')
    match(stdout, /--interval 120/)
    match(stdout, /EnvironmentFile=/)
    equal(/SIGNET_ALERT|GITHUB_TOKEN/.test(stdout), false)
  })

  it('is run by a workflow at odd minutes, by scripts alone, and deploys the status itself', async () => {
    const text = await readFile(join(ROOT, '.github', 'workflows', 'watch.yml'), 'utf8')
    const workflow = parse(text) as {
      on: { schedule: { cron: string }[]; workflow_dispatch: unknown; repository_dispatch: unknown }
      jobs: Record<string, { steps: { uses?: string; run?: string }[] }>
    }
    for (const { cron } of workflow.on.schedule) {
      const minutes = cron.split(' ')[0]?.split(',').map(Number) ?? []
      ok(minutes.length > 0 && minutes.every((minute) => minute % 2 === 1), cron)
    }
    ok('workflow_dispatch' in workflow.on && 'repository_dispatch' in workflow.on)
    // Other places look as well, within what their service allows who has no account: 250 tests an hour.
    match(text, /check --alert --vantage globalping/)
    const runs = workflow.on.schedule.flatMap(({ cron }) => cron.split(' ')[0]?.split(',') ?? [])
    const places = VANTAGE.places.reduce((total, { limit }) => total + limit, 0)
    ok(runs.length * places * VANTAGE.maxTargets <= 250)
    for (const { steps } of Object.values(workflow.jobs))
      for (const { uses, run } of steps)
        ok(uses === undefined ? run !== undefined : /@[0-9a-f]{40}$/.test(uses), uses ?? '')
  })
})
