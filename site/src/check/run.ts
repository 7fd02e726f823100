import pLimit from 'p-limit'
import { findingOf, type Rule } from '../client-metadata/finding.ts'
import type { CertificateFacts } from './certificate.ts'
import { secureContextOf } from './fetch-document.ts'
import { judge, type TargetResult } from './judge.ts'
import { CONCURRENT_TARGETS, RETRY_DELAY_MS } from './limits.ts'
import { probe, type ProbeOptions } from './probe.ts'
import type { Target } from './targets.ts'
import { NOT_FINISHED, verdictOf, worstOf, type Verdict } from './verdict.ts'

/** One look at everything. */
export interface CheckRun {
  /** ISO 8601 in UTC: when it began. */
  readonly at: string
  readonly verdict: Verdict
  readonly ms: number
  readonly targets: readonly TargetResult[]
}

export interface RunOptions extends ProbeOptions {
  /** Milliseconds since 1970, for dates; `network.now` measures. */
  readonly clock: () => number
  /** Waits; ends early when the signal does. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Ends the run: RUN_TIMEOUT_MS, or a person. */
  readonly signal: AbortSignal
  /** The certificate that the run before saw. */
  readonly previous?: CertificateFacts | undefined
}

/** The run ended before the target was asked. Says nothing about the target. */
export const RUN_RULE: Rule<never> = {
  id: NOT_FINISHED,
  severity: 'warning',
  step: 5,
  section: '-',
  message: 'The run ended before this was looked at.',
  fix: 'Look at the slow targets, and at this machine’s own network.',
  check: () => [],
}

/** Looks at every target once, and once more at those that fail. Never throws for what a host does. */
export async function runCheck(targets: readonly Target[], options: RunOptions): Promise<CheckRun> {
  const { clock, network } = options
  const startedMs = clock()
  const before = network.now()
  const limit = pLimit(CONCURRENT_TARGETS)
  const shared = { secureContext: secureContextOf(options.ca), ...options }
  const results = await Promise.all(
    targets.map(async (target) => await limit(async () => await look(target, startedMs, shared))),
  )
  return {
    at: new Date(startedMs).toISOString(),
    verdict: worstOf(results.map(({ verdict }) => verdict)),
    ms: Math.round(network.now() - before),
    targets: results,
  }
}

async function look(target: Target, nowMs: number, options: RunOptions): Promise<TargetResult> {
  const { signal, sleep, previous } = options
  const context = { nowMs, previous }
  const ask = async () => judge(target, await probe(target, options), context)
  if (isAborted(signal)) return notFinished(target)
  const first = await ask()
  if (first.verdict !== 'bad') return first
  // What the end of the run did to a target is no fault of the target's.
  if (isAborted(signal)) return notFinished(target)
  await sleep(RETRY_DELAY_MS, signal)
  if (isAborted(signal)) return first
  const second = await ask()
  return isAborted(signal) ? first : second
}

/** Asked anew: a signal changes while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}

function notFinished({ url, path }: Target): TargetResult {
  const findings = [findingOf(RUN_RULE, path)]
  return { url, path, verdict: verdictOf(findings), findings, ms: 0, certificate: undefined }
}
