import {
  lookFromElsewhere,
  type ElsewhereOptions,
  type WiderRun,
} from '../../site/src/check/look-from-elsewhere.ts'
import { runCheck, type CheckRun, type RunOptions } from '../../site/src/check/run.ts'
import { worstOf } from '../../site/src/check/verdict.ts'
import { lastCertificate, type History } from '../../site/src/history/record.ts'
import { loadHistory } from '../../site/src/history/store.ts'
import { keepAndTell, type KeepOptions } from './keep-and-tell.ts'

export interface LookOptions extends KeepOptions {
  readonly surroundings: RunOptions
  /** Folder of the history; undefined: nothing is kept and nobody is told. */
  readonly history: string | undefined
  /** Also look from other places of the world; undefined: from here only. */
  readonly elsewhere?: Omit<ElsewhereOptions, 'signal'> & { readonly timeoutMs: number }
}

export interface Look extends CheckRun, Partial<Pick<WiderRun, 'vantages'>> {
  /** What went wrong with telling people. */
  readonly alerts: Awaited<ReturnType<typeof keepAndTell>>
}

/** One run as a watch makes it: look, write down, tell. Nothing is told that was not written down first. */
export async function lookOnce(options: LookOptions): Promise<Look> {
  const { history: folder, surroundings } = options
  if (folder === undefined) return { ...(await look(options, surroundings)), alerts: [] }
  const before = await loadHistory(folder)
  const run = await look(options, { ...surroundings, previous: lastCertificate(before) }, before)
  return { ...run, alerts: await keepAndTell(folder, run, before, options) }
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
