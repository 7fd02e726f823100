import type { Finding } from '../client-metadata/finding.ts'

/** `bad`: some sign-ins fail now. `degraded`: they will, or some server minds. `unknown`: nobody looked. */
export type Verdict = 'ok' | 'degraded' | 'bad' | 'unknown'

/** A target's verdict. */
export function verdictOf(findings: readonly Pick<Finding, 'id' | 'severity'>[]): Verdict {
  if (findings.some(({ id }) => id === NOT_FINISHED)) return 'unknown'
  if (findings.some(({ severity }) => severity === 'error')) return 'bad'
  return findings.some(({ severity }) => severity === 'warning') ? 'degraded' : 'ok'
}

/** The finding of a target that the run had no time for. */
export const NOT_FINISHED = 'check-not-finished'

const ORDER: readonly Verdict[] = ['bad', 'degraded', 'unknown', 'ok']

/** The identity's verdict: its worst target's. Nothing looked at is nothing known. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return ORDER.find((verdict) => verdicts.includes(verdict)) ?? 'unknown'
}

/** What a verdict is worth now: after three intervals without a run, nothing. */
export function currentVerdict(
  last: { readonly at: string; readonly verdict: Verdict } | undefined,
  intervalMs: number,
  nowMs: number,
): Verdict {
  if (last === undefined || nowMs >= validUntilMs(last.at, intervalMs)) return 'unknown'
  // Seen by a clock that was ahead: nobody can say how old it is.
  return Date.parse(last.at) - nowMs > intervalMs ? 'unknown' : last.verdict
}

/** When a run’s verdict ends to mean anything. */
export function validUntilMs(at: string, intervalMs: number): number {
  return Date.parse(at) + STALE_INTERVALS * intervalMs
}

/** Two missed runs are a slow scheduler; three are an absent one. */
const STALE_INTERVALS = 3

/** The same, worst first; otherwise in their order. */
export function worstFirst<T extends { readonly verdict: Verdict }>(
  all: readonly T[],
): readonly T[] {
  return all.toSorted((left, right) => ORDER.indexOf(left.verdict) - ORDER.indexOf(right.verdict))
}
