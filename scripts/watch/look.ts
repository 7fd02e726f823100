import { channelsOf, type AlertVariables } from '../../site/src/alert/channels.ts'
import { deliver } from '../../site/src/alert/deliver.ts'
import {
  lookFromElsewhere,
  type ElsewhereOptions,
  type WiderRun,
} from '../../site/src/check/look-from-elsewhere.ts'
import { runCheck, type CheckRun, type RunOptions } from '../../site/src/check/run.ts'
import type { Target } from '../../site/src/check/targets.ts'
import type { Finding } from '../../site/src/client-metadata/finding.ts'
import { worstOf } from '../../site/src/check/verdict.ts'
import { lastCertificate, type History } from '../../site/src/history/record.ts'
import { appendDelivery, loadHistory, recordRun } from '../../site/src/history/store.ts'

export interface LookOptions {
  readonly targets: readonly Target[]
  readonly surroundings: RunOptions
  /** Folder of the history; undefined: nothing is kept and nobody is told. */
  readonly history: string | undefined
  /** Whether to tell people of changes. */
  readonly alert: boolean
  readonly variables: AlertVariables
  readonly fetch: typeof globalThis.fetch
  /** Also look from other places of the world; undefined: from here only. */
  readonly elsewhere?: Omit<ElsewhereOptions, 'signal'> & { readonly timeoutMs: number }
}

export interface Look extends CheckRun, Partial<Pick<WiderRun, 'vantages'>> {
  /** What went wrong with telling people. */
  readonly alerts: readonly Finding[]
}

/** One run as a watch makes it: look, write down, tell. Nothing is told that was not written down first. */
export async function lookOnce(options: LookOptions): Promise<Look> {
  const { history: folder, surroundings } = options
  if (folder === undefined) return { ...(await look(options, surroundings)), alerts: [] }
  const before = await loadHistory(folder)
  const run = await look(options, { ...surroundings, previous: lastCertificate(before) }, before)
  await recordRun(folder, run, before)
  return { ...run, alerts: options.alert ? await tell(folder, options) : [] }
}

async function look(
  { targets, elsewhere }: LookOptions,
  surroundings: RunOptions,
  before?: History,
): Promise<CheckRun & Partial<WiderRun>> {
  const run = await runCheck(targets, surroundings)
  if (elsewhere === undefined) return run
  const signal = AbortSignal.timeout(elsewhere.timeoutMs)
  const wider = await lookFromElsewhere(targets, run, { ...elsewhere, signal })
  return before === undefined ? wider : keepOpen(wider, before)
}

/**
 * Where people were told that it fails elsewhere, and nobody could look from there this time, nothing is known:
 * being well from here is no end of that incident.
 */
function keepOpen(run: WiderRun, { runs }: History): WiderRun {
  const states = runs.at(-1)?.states ?? {}
  const targets = run.targets.map((target) => {
    const told = states[target.path]?.open?.findings.includes('vantage-fails') === true
    const seen = run.vantages.views.some(({ path }) => path === target.path)
    return told && !seen && target.verdict === 'ok'
      ? { ...target, verdict: 'unknown' as const }
      : target
  })
  return { ...run, targets, verdict: worstOf(targets.map(({ verdict }) => verdict)) }
}

async function tell(folder: string, options: LookOptions): Promise<readonly Finding[]> {
  const { surroundings, targets } = options
  const { events, deliveries } = await loadHistory(folder)
  return await deliver(events, {
    origin: new URL(targets[0]?.url ?? 'https://invalid.invalid').origin,
    channels: channelsOf(options.variables, options.fetch),
    delivered: deliveries,
    keep: async (delivery) => await appendDelivery(folder, delivery),
    clock: surroundings.clock,
    sleep: async (ms) => await surroundings.sleep(ms, surroundings.signal),
  })
}
