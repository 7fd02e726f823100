import type { Observation } from './incidents.ts'
import { LIMITS } from './limits.ts'
import type { CheckRun } from '../check/run.ts'

/** Stands for the host itself, in history and alerts, where most of its targets fail in the same way. */
export const WHOLE_ORIGIN = '/*'

/**
 * What one run says about each target, and about the host. Where most targets fail, what several of them share is
 * the host's: told once instead of once for each target, and saying nothing about the targets themselves. Pure.
 */
export function observe({ at, targets }: CheckRun): readonly Observation[] {
  const seen = targets.map(({ path, verdict, findings }): Observation => {
    const serious = findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id)
    return { path, at, verdict, findings: serious }
  })
  const failing = seen.filter(({ verdict }) => verdict === 'bad' || verdict === 'degraded')
  const shared = sharedFindings(failing, targets.length)
  const isShared = ({ findings }: Observation) => findings.every((id) => shared.has(id))
  const causes = failing.filter(isShared)
  if (targets.length < LIMITS.targetsOfAnOrigin) return seen
  return [
    ...seen.map((each) =>
      causes.includes(each) ? { ...each, verdict: 'unknown' as const, findings: [] } : each,
    ),
    wholeOrigin(at, seen, causes, shared),
  ]
}

function wholeOrigin(
  at: string,
  seen: readonly Observation[],
  causes: readonly Observation[],
  shared: ReadonlySet<string>,
): Observation {
  const base = { path: WHOLE_ORIGIN, at }
  if (causes.length > 0) {
    const bad = causes.some(({ verdict }) => verdict === 'bad')
    return { ...base, verdict: bad ? 'bad' : 'degraded', findings: [...shared] }
  }
  // Somebody has to have looked before the host is well again.
  const known = seen.some(({ verdict }) => verdict !== 'unknown')
  return { ...base, verdict: known ? 'ok' : 'unknown', findings: [] }
}

/** While at least half of all targets fail: what more than a few of them have. */
function sharedFindings(failing: readonly Observation[], all: number): ReadonlySet<string> {
  if (failing.length * 2 < all) return new Set()
  const counts = new Map<string, number>()
  for (const { findings } of failing)
    for (const id of new Set(findings)) counts.set(id, (counts.get(id) ?? 0) + 1)
  const few = LIMITS.targetsOfAnOrigin
  return new Set([...counts].flatMap(([id, count]) => (count < few ? [] : [id])))
}
