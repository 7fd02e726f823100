import type { Verdict } from '../check/verdict.ts'
import { LIMITS } from './limits.ts'
import type { Bucket, History, RunRecord } from './record.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const COLUMN: Readonly<Record<Verdict, 1 | 2 | 3 | 4>> = { ok: 1, degraded: 2, bad: 3, unknown: 4 }

type Layers = Pick<History, 'runs' | 'hours' | 'days'>

/**
 * Adds the hours and days that are over and drops what is too old. Doing it twice, or doing it again after it
 * was cut off between two files, gives the same: what is there already is not counted again.
 */
export function rollUp({ runs, hours, days }: Layers, nowMs: number): Layers {
  const allHours = inOrder([
    ...hours,
    ...newBuckets(fromRuns(runs, HOUR_MS), hours, HOUR_MS, nowMs),
  ])
  const allDays = inOrder([...days, ...newBuckets(fromHours(allHours), days, DAY_MS, nowMs)])
  return {
    runs: runs.filter(({ at }) => nowMs - Date.parse(at) < LIMITS.runsMs),
    hours: allHours.filter(({ from }) => nowMs - Date.parse(from) < LIMITS.hoursMs),
    days: allDays,
  }
}

/** The day so far, from its hours and from the runs of the hour that is not over. */
export function today({ runs, hours }: Layers, nowMs: number): Bucket | undefined {
  const hour = fromRuns(runs, HOUR_MS).filter(
    ({ from }) => !hours.some((each) => each.from === from),
  )
  const start = floor(nowMs, DAY_MS)
  return fromHours([...hours, ...hour]).find(({ from }) => from === start)
}

/** Runs by hour. */
function fromRuns(runs: readonly RunRecord[], sizeMs: number): readonly Bucket[] {
  const byStart = Map.groupBy(runs, ({ at }) => floor(Date.parse(at), sizeMs))
  return [...byStart].map(([from, group]) => {
    const byPath = Map.groupBy(
      group.flatMap(({ targets }) => targets),
      ([path]) => path,
    )
    const targets = [...byPath].map(([path, seen]): Bucket['targets'][number] => {
      const row: Bucket['targets'][number] = [path, 0, 0, 0, 0, 0]
      for (const [, verdict] of seen) row[COLUMN[verdict]] += 1
      row[5] = median(seen.flatMap(([, verdict, ms]) => (verdict === 'unknown' ? [] : [ms])))
      return row
    })
    return { from, targets }
  })
}

function fromHours(hours: readonly Bucket[]): readonly Bucket[] {
  const byStart = Map.groupBy(hours, ({ from }) => floor(Date.parse(from), DAY_MS))
  return [...byStart].map(([from, group]) => {
    const byPath = Map.groupBy(
      group.flatMap(({ targets }) => targets),
      ([path]) => path,
    )
    const targets = [...byPath].map(([path, rows]): Bucket['targets'][number] => {
      const sum = (column: 1 | 2 | 3 | 4) => rows.reduce((total, row) => total + row[column], 0)
      return [path, sum(1), sum(2), sum(3), sum(4), median(rows.map((row) => row[5]))]
    })
    return { from, targets }
  })
}

/** Those that are over and not there yet. A clock that was ahead for a while leaves later ones behind. */
function newBuckets(
  found: readonly Bucket[],
  known: readonly Bucket[],
  sizeMs: number,
  nowMs: number,
): readonly Bucket[] {
  const counted = new Set(known.map(({ from }) => from))
  return found.filter(({ from }) => !counted.has(from) && Date.parse(from) + sizeMs <= nowMs)
}

const inOrder = (buckets: readonly Bucket[]) =>
  buckets.toSorted((left, right) => (left.from < right.from ? -1 : 1))

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** UTC, since hours and days of a history must not depend on where it is read. */
function floor(ms: number, sizeMs: number): string {
  return new Date(Math.floor(ms / sizeMs) * sizeMs).toISOString()
}
