// The run of the bench, in a process of its own: what it needs is what a check needs, and nothing of a host.
import { connect } from 'node:net'
import { setDefaultCACertificates } from 'node:tls'
import { deadlines } from '../../../site/src/check/probe.ts'
import { runCheck } from '../../../site/src/check/run.ts'
import type { Target } from '../../../site/src/check/targets.ts'

export interface RunnerTask {
  readonly port: number
  readonly caPem: string
  readonly host: string
  readonly targets: number
}

export interface RunnerResult {
  readonly seconds: number
  readonly memoryMb: number
  readonly wrong: number
}

process.once('message', (task: RunnerTask) => {
  void run(task).then((result) => process.send?.(result, () => process.disconnect()))
})

async function run({ port, caPem, host, targets }: RunnerTask): Promise<RunnerResult> {
  // As `--ca` does.
  setDefaultCACertificates([caPem])
  const signal = AbortSignal.timeout(60_000)
  const started = performance.now()
  const { targets: results } = await runCheck(manyTargets(host, targets), {
    network: {
      resolve: async () => await Promise.resolve(['93.184.215.14']),
      connect: () => connect({ host: '127.0.0.1', port }),
      now: () => performance.now(),
    },
    ca: undefined,
    allowLoopback: false,
    deadline: deadlines(signal),
    clock: () => Date.now(),
    sleep: async () => {
      await Promise.resolve()
    },
    signal,
  })
  return {
    seconds: (performance.now() - started) / 1000,
    memoryMb: process.resourceUsage().maxRSS / 1024,
    wrong: results.filter(({ verdict }) => verdict !== 'ok').length,
  }
}

function manyTargets(host: string, count: number): readonly Target[] {
  const expected = Buffer.from('{}')
  return Array.from({ length: count }, (_, index): Target => {
    const path = `/oauth/versions/${index}.json`
    const url = `https://${host}${path}`
    return { kind: 'copy', path, url, clientId: undefined, expected, versions: [] }
  })
}
