import { findingOf, type Finding } from '../client-metadata/finding.ts'
import {
  measure,
  VANTAGE_PROBLEM_RULES,
  VantageError,
  type GlobalpingAccess,
  type Places,
} from './globalping.ts'
import { VANTAGE } from './limits.ts'
import type { CheckRun } from './run.ts'
import type { Target, TargetKind } from './targets.ts'
import { vantageFindings, viewOf, type PlaceView } from './vantage.ts'
import { verdictOf, worstOf } from './verdict.ts'

export interface ElsewhereOptions extends Omit<GlobalpingAccess, 'signal'> {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Ends the look: VANTAGE.timeoutMs, or a person. */
  readonly signal: AbortSignal
}

/** A run with what other places of the world saw. */
export interface WiderRun extends CheckRun {
  readonly vantages: {
    readonly views: readonly PlaceView[]
    /** Why somebody did not look. Says nothing about the targets. */
    readonly problems: readonly Finding[]
  }
}

/** What servers read at each sign-in. */
const KINDS: ReadonlySet<TargetKind> = new Set(['document', 'keys'])

/**
 * Adds to a run what the same URLs answer elsewhere. What fails there for several places is an error of the
 * target; that nobody could look is none, and leaves the run as it was.
 */
export async function lookFromElsewhere(
  targets: readonly Target[],
  run: CheckRun,
  options: ElsewhereOptions,
): Promise<WiderRun> {
  const asked = targets.filter(({ kind }) => KINDS.has(kind)).slice(0, VANTAGE.maxTargets)
  const views: PlaceView[] = []
  const problems: Finding[] = []
  let places: Places = VANTAGE.places
  for (const target of asked) {
    try {
      // The same places each time, so that a place’s answers can be compared.
      const { id, results } = await measure(target.url, places, options)
      places = id
      views.push(...results.flatMap((each) => viewOf(target, each, options.clock()) ?? []))
    } catch (error) {
      if (!(error instanceof VantageError)) throw error
      const { problem, againInSeconds: again } = error
      const place = again === undefined ? target.path : `${target.path}, again in ${again} s`
      problems.push(findingOf(VANTAGE_PROBLEM_RULES[problem], place))
      // What is wrong with the service is wrong for the next target as well.
      break
    }
  }
  const results = run.targets.map((result) => {
    const elsewhere = views.filter(({ path }) => path === result.path)
    const findings = [...result.findings, ...vantageFindings(elsewhere, result.findings)]
    return { ...result, findings, verdict: verdictOf(findings) }
  })
  return {
    ...run,
    verdict: worstOf(results.map(({ verdict }) => verdict)),
    targets: results,
    vantages: { views, problems },
  }
}
