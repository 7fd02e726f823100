import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { emitFor } from '../../scripts/watch/emit.ts'
import { gatusEndpoints } from '../../scripts/watch/emit-gatus.ts'
import { renderMetrics } from '../../scripts/watch/metrics.ts'
import { systemdUnit } from '../../scripts/watch/systemd.ts'
import { ROOT } from '../../scripts/run-tool.ts'
import { targets } from '../../site/src/check/targets.ts'
import { findOrInstall } from '../support/debian-command.ts'
import { lookOnce } from './detection/gatus.ts'
import { startKuma } from './detection/kuma.ts'

const TARGETS = targets({ environment: 'production', preview: false })

describe('What Prometheus reads, as its own program reads it (issue F.6, F.7)', function () {
  this.timeout(180_000)
  let promtool: string
  let folder: string

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), 'signet-formats-'))
    const command = findOrInstall(
      {
        names: ['promtool'],
        debianPackage: 'prometheus',
        variable: 'SIGNET_PROMTOOL',
        elsewhere: [],
      },
      console.log,
    )
    if ('missing' in command) {
      console.log(`skipped: ${command.missing}`)
      this.skip()
    }
    promtool = command.path
  })
  after(async () => await rm(folder, { recursive: true, force: true }))

  it('are the metrics of a watch, whatever the paths', () => {
    const target = (path: string, verdict: 'ok' | 'bad') => {
      return { path, url: path, verdict, ms: 12, findings: [], certificate: undefined }
    }
    const watched = [...TARGETS.map(({ path }) => path), '/quote"back\\slash\nline'].map((path) =>
      target(path, 'ok'),
    )
    const input = renderMetrics({
      at: '2026-11-23T12:00:00.000Z',
      verdict: 'bad',
      ms: 100,
      targets: [...watched, target('/callback-2', 'bad')],
      alerts: [],
    })
    match(input, /verdict="bad"\} 1/)
    const { status, stderr } = spawnSync(promtool, ['check', 'metrics'], { input })
    equal(`${String(status)} ${String(stderr)}`, '0 ')
    // The program does refuse what is wrong.
    equal(spawnSync(promtool, ['check', 'metrics'], { input: 'a{b=c} d\n' }).status === 0, false)
  })

  it('are the emitted modules of its blackbox exporter, which has to be there to say so', async function () {
    const name = 'prometheus-blackbox-exporter'
    const variable = 'SIGNET_BLACKBOX'
    const wanted = { names: [name], debianPackage: name, variable, elsewhere: [] }
    const command = findOrInstall(wanted, console.log)
    if ('missing' in command) {
      console.log(`skipped: ${command.missing}`)
      this.skip()
    }
    const { modules } = parse(emitFor('prometheus', TARGETS)) as { modules: object }
    const file = join(folder, 'blackbox.yml')
    const check = async (value: object) => {
      await writeFile(file, stringify(value))
      return spawnSync(command.path, ['--config.check', `--config.file=${file}`]).status
    }
    equal(await check({ modules }), 0)
    equal(await check({ modules: { ...modules, other: { prober: 'http', http: { no: 1 } } } }), 1)
  })

  it('is the emitted scrape configuration', async () => {
    const emitted = parse(emitFor('prometheus', TARGETS)) as { scrape_configs: unknown[] }
    const file = join(folder, 'prometheus.yml')
    await writeFile(file, stringify({ scrape_configs: emitted.scrape_configs }))
    const { status, stderr } = spawnSync(promtool, ['check', 'config', file])
    equal(`${String(status)} ${String(stderr)}`, '0 ')
  })
})

describe('What other monitors read, as they read it (issue F.7)', function () {
  this.timeout(180_000)
  const { SIGNET_GATUS: gatus, SIGNET_KUMA: kuma } = process.env
  /** Nobody answers: it is about what they say of their configuration. */
  const nowhere = {
    network: {
      resolve: async () => [],
      connect: () => {
        throw new Error('there is no address')
      },
      now: () => performance.now(),
    },
    ca: [],
    firstPort: 1,
  }

  it('is what Gatus takes, where it can be had', async function () {
    if (gatus === undefined) {
      console.log('skipped: SIGNET_GATUS names no program')
      this.skip()
    }
    const text = emitFor('gatus', TARGETS)
    equal(await lookOnce(gatus, text, gatusEndpoints(TARGETS).length, nowhere), true)
    await rejects(lookOnce(gatus, text.replaceAll(' == 200', ''), 1, nowhere), /invalid condition/)
  })

  it('is what Uptime Kuma imports, where it can be had', async function () {
    if (kuma === undefined) {
      console.log('skipped: SIGNET_KUMA names no checkout')
      this.skip()
    }
    const running = await startKuma(kuma, [])
    try {
      equal(await running.alarms(TARGETS, nowhere), true)
    } finally {
      await running.close()
    }
  })

  it('has for Uptime Kuma what its import needs of each monitor, and stops at without', () => {
    const { notificationList, monitorList } = JSON.parse(emitFor('kuma', TARGETS)) as {
      notificationList: unknown
      monitorList: Readonly<Record<string, unknown>>[]
    }
    deepEqual(notificationList, [])
    equal(monitorList.length, TARGETS.length)
    for (const each of monitorList) {
      deepEqual([each.active, each.tags, each.accepted_statuscodes], [1, [], ['200']])
      // Columns of its database that may not be empty.
      for (const name of ['ignoreTls', 'upsideDown', 'invertKeyword']) equal(each[name], false)
      for (const name of ['retryInterval', 'timeout', 'maxretries', 'maxredirects', 'interval'])
        equal(typeof each[name], 'number')
      equal(each.type === 'keyword', 'keyword' in each)
    }
  })

  it('says a document to Uptime Kuma as it compares it: parsed, and written without white space', () => {
    const { monitorList } = JSON.parse(emitFor('kuma', TARGETS)) as {
      monitorList: { name: string; keyword?: string }[]
    }
    const document = TARGETS.find(({ kind }) => kind === 'document')
    const keyword = monitorList.find(({ name }) => name === document?.path)?.keyword
    equal(keyword, JSON.stringify(JSON.parse(new TextDecoder().decode(document?.expected))))
  })

  it('names no variable to Gatus, which would put an empty word there', () => {
    const text = emitFor('gatus', TARGETS)
    match(text, /\$\$schema/)
    equal(text.replaceAll('$$', '').includes('$'), false)
  })
})

describe('The systemd unit (issue F.6)', () => {
  it('is one, as systemd reads it', async function () {
    const analyze = '/usr/bin/systemd-analyze'
    if (!existsSync(analyze)) {
      console.log('skipped: systemd is not installed')
      this.skip()
    }
    const folder = await mkdtemp(join(tmpdir(), 'signet-unit-'))
    const file = join(folder, 'signet-watch.service')
    try {
      await writeFile(file, systemdUnit(ROOT, 120))
      const verified = spawnSync(analyze, ['verify', file])
      equal(`${String(verified.status)} ${String(verified.stderr)}`, '0 ')
      await writeFile(file, systemdUnit(ROOT, 120).replace('[Service]', '[Service]\nNoSuch=yes'))
      match(String(spawnSync(analyze, ['verify', file]).stderr), /NoSuch/)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
