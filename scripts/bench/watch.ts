import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setDefaultCACertificates } from 'node:tls'
import { runCheck } from '../../site/src/check/run.ts'
import type { Target } from '../../site/src/check/targets.ts'
import { loadHistory } from '../../site/src/history/store.ts'
import { renderStatus, statusOf } from '../../site/src/status/status.ts'
import { createCertificateAuthority } from '../../test/servers/certificate-authority.ts'
import type { Bench, Measure } from './measure.ts'
import { writeSampleHistory } from './watch/sample-history.ts'

const HOST = 'client.acme-software.dev'
const TARGETS = 1000
const INTERVAL_MS = 300_000

/** One run over a thousand targets, and the status of twenty targets from a year of history. */
export const watchBench: Bench = async (progress) => {
  progress(`looking at ${TARGETS} targets…`)
  const check = await measureCheck()
  progress('reading a year of history…')
  return [...check, ...(await measureStatus())]
}

async function measureCheck(): Promise<readonly Measure[]> {
  const authority = await createCertificateAuthority()
  const { certPem, keyPem } = await authority.issue([HOST])
  // As `--ca` does.
  setDefaultCACertificates([authority.caPem])
  const host = fork(join(import.meta.dirname, 'watch', 'host.ts'))
  host.send({ cert: certPem, key: keyPem })
  const [port] = (await once(host, 'message')) as [number]
  const signal = AbortSignal.timeout(60_000)
  const started = performance.now()
  const { targets: results } = await runCheck(manyTargets(), {
    network: {
      resolve: async () => await Promise.resolve(['93.184.215.14']),
      connect: () => connect({ host: '127.0.0.1', port }),
      now: () => performance.now(),
    },
    ca: undefined,
    allowLoopback: false,
    deadline: () => signal,
    clock: () => Date.now(),
    sleep: async () => {
      await Promise.resolve()
    },
    signal,
  })
  const seconds = (performance.now() - started) / 1000
  const memory = process.resourceUsage().maxRSS / 1024
  host.disconnect()
  const wrong = results.filter(({ verdict }) => verdict !== 'ok').length
  return [
    { what: `one run over ${TARGETS} targets`, value: seconds, unit: 's', limit: { atMost: 10 } },
    { what: 'most memory of the process', value: memory, unit: 'MB', limit: { atMost: 150 } },
    { what: 'targets that were not ok', value: wrong, unit: '', limit: { atMost: 0 } },
  ]
}

function manyTargets(): readonly Target[] {
  const expected = Buffer.from('{}')
  return Array.from({ length: TARGETS }, (_, index): Target => {
    const path = `/oauth/versions/${index}.json`
    const url = `https://${HOST}${path}`
    return { kind: 'copy', path, url, clientId: undefined, expected, versions: [] }
  })
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
