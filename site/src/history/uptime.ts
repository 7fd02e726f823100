import type { Verdict } from '../check/verdict.ts'
import { LIMITS } from './limits.ts'
import type { Bucket, History } from './record.ts'
import { today } from './rollup.ts'

/** One day of one target. */
export interface DayCell {
  /** YYYY-MM-DD, UTC. */
  readonly day: string
  /** The worst that was seen; `unknown`: nothing was. */
  readonly verdict: Verdict
  /** Share of runs in which it was usable, 0 to 1; undefined: nobody looked. */
  readonly up: number | undefined
  readonly runs: number
}

const DAY_MS = 86_400_000

/** The last days of one target, oldest first, today included; days nobody looked are cells as well. */
export function dayCells(history: History, path: string, nowMs: number): readonly DayCell[] {
  const current = today(history, nowMs)
  const buckets = new Map(
    [...history.days, ...(current ? [current] : [])].map((each) => [each.from.slice(0, 10), each]),
  )
  return Array.from({ length: LIMITS.shownDays }, (_, index) => {
    const day = new Date(nowMs - (LIMITS.shownDays - 1 - index) * DAY_MS).toISOString().slice(0, 10)
    return cellOf(day, buckets.get(day), path)
  })
}

function cellOf(day: string, bucket: Bucket | undefined, path: string): DayCell {
  const row = bucket?.targets.find(([each]) => each === path)
  if (row === undefined) return { day, verdict: 'unknown', up: undefined, runs: 0 }
  const [, ok, degraded, bad, unknown] = row
  const seen = ok + degraded + bad
  const verdict = bad > 0 ? 'bad' : degraded > 0 ? 'degraded' : ok > 0 ? 'ok' : 'unknown'
  return {
    day,
    verdict,
    up: seen === 0 ? undefined : (ok + degraded) / seen,
    runs: seen + unknown,
  }
}

/** Of all days with runs, weighted by them. Undefined: there are none. */
export function uptimeOf(cells: readonly DayCell[]): number | undefined {
  const seen = cells.filter(({ up }) => up !== undefined)
  const runs = seen.reduce((total, cell) => total + cell.runs, 0)
  if (runs === 0) return undefined
  return seen.reduce((total, { up = 0, runs: weight }) => total + up * weight, 0) / runs
}
