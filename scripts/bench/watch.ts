import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { intervalsOf, STARTERS, timeToDetect } from '../../site/src/detection/time-to-detect.ts'
import { loadHistory } from '../../site/src/history/store.ts'
import { renderStatus, statusOf } from '../../site/src/status/status.ts'
import { createCertificateAuthority } from '../../test/servers/certificate-authority.ts'
import type { Bench, Measure } from './measure.ts'
import type { RunnerResult, RunnerTask } from './watch/runner.ts'
import { writeSampleHistory } from './watch/sample-history.ts'

const HOST = 'client.acme-software.dev'
const TARGETS = 1000
const INTERVAL_MS = 300_000

/** One run over a thousand targets, and the status of twenty targets from a year of history. */
export const watchBench: Bench = async (progress) => {
  progress(`looking at ${TARGETS} targets…`)
  const check = await measureCheck()
  progress('reading a year of history…')
  const status = await measureStatus()
  progress('letting outages happen…')
  return [...check, ...status, ...simulateDetection()]
}

/** From an outage to its alert, by who starts the runs; simulated, so the same everywhere. */
function simulateDetection(): readonly Measure[] {
  return STARTERS.flatMap((starter) =>
    intervalsOf(starter).flatMap((minutes): readonly Measure[] => {
      const { half, most, unknown } = timeToDetect(starter, minutes)
      const who = `${starter}, every ${minutes} min`
      // Two runs have to fail; only a process's own runs come when they should.
      const limit = starter === 'process' ? { atMost: 2 * minutes } : undefined
      return [
        { what: `${who}: half are told within`, value: half, unit: 'min', limit: undefined },
        { what: `${who}: 19 of 20 within`, value: most, unit: 'min', limit },
        {
          what: `${who}: page unknown`,
          value: unknown * 100,
          unit: '% of the time',
          limit: undefined,
        },
      ]
    }),
  )
}

async function measureCheck(): Promise<readonly Measure[]> {
  const authority = await createCertificateAuthority()
  const { certPem, keyPem } = await authority.issue([HOST])
  const host = fork(join(import.meta.dirname, 'watch', 'host.ts'))
  host.send({ cert: certPem, key: keyPem })
  const [port] = (await once(host, 'message')) as [number]
  const runner = fork(join(import.meta.dirname, 'watch', 'runner.ts'))
  const task: RunnerTask = { port, caPem: authority.caPem, host: HOST, targets: TARGETS }
  runner.send(task)
  const [result] = (await once(runner, 'message')) as [RunnerResult]
  host.disconnect()
  const { seconds, memoryMb, wrong } = result
  return [
    { what: `one run over ${TARGETS} targets`, value: seconds, unit: 's', limit: { atMost: 10 } },
    { what: 'most memory of its process', value: memoryMb, unit: 'MB', limit: { atMost: 150 } },
    { what: 'targets that were not ok', value: wrong, unit: '', limit: { atMost: 0 } },
  ]
}

async function measureStatus(): Promise<readonly Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-bench-'))
  const endMs = Date.now()
  const paths = Array.from({ length: 20 }, (_, index) => `/oauth/client-${index}.json`)
  await writeSampleHistory(folder, { paths, intervalMs: INTERVAL_MS, endMs, days: 365 })
  const started = performance.now()
  const json = renderStatus(statusOf(await loadHistory(folder), INTERVAL_MS, endMs))
  const seconds = (performance.now() - started) / 1000
  await rm(folder, { recursive: true, force: true })
  return [
    { what: 'status of 20 targets from a year', value: seconds, unit: 's', limit: { atMost: 5 } },
    { what: 'status.json of it', value: json.length / 1024, unit: 'KB', limit: undefined },
  ]
}
