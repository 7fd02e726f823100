import { equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { emitFor } from '../../scripts/watch/emit.ts'
import { renderMetrics } from '../../scripts/watch/metrics.ts'
import { systemdUnit } from '../../scripts/watch/systemd.ts'
import { ROOT } from '../../scripts/run-tool.ts'
import { targets } from '../../site/src/check/targets.ts'
import { findOrInstall } from '../support/debian-command.ts'

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

  it('is the emitted scrape configuration', async () => {
    const emitted = parse(emitFor('prometheus', TARGETS)) as { scrape_configs: unknown[] }
    const file = join(folder, 'prometheus.yml')
    await writeFile(file, stringify({ scrape_configs: emitted.scrape_configs }))
    const { status, stderr } = spawnSync(promtool, ['check', 'config', file])
    equal(`${String(status)} ${String(stderr)}`, '0 ')
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
