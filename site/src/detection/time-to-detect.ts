import { validUntilMs } from '../check/verdict.ts'
import { QUIET, step, type IncidentState } from '../history/incidents.ts'

/** What starts the runs. */
export type Starter =
  /** `signet watch`: at each interval. */
  | 'process'
  /** A scheduled workflow of GitHub. */
  | 'schedule'
  /** That, and an outside pinger which sends `repository_dispatch` at each interval. */
  | 'schedule and pinger'

/**
 * GitHub starts scheduled workflows when it has room. Reported by people who watch with them: five to thirty
 * minutes late, and 18 minutes to an hour from one run to the next of a schedule of five minutes, since starts in
 * between are dropped (upptime/upptime#42, #112, #224). Ranges are all there is, so each value in them is as likely
 * as any other.
 */
const SCHEDULE = { lateMinutes: [5, 30], apartMinutes: [18, 60] } as const

/** A dispatched workflow waits for a machine and installs itself before it looks. */
const DISPATCH_MINUTES = [0.5, 2] as const

export interface TimeToDetect {
  readonly starter: Starter
  readonly intervalMinutes: number
  /** Minutes from the beginning of an outage to the alert: of half of them, of nineteen in twenty, of the worst. */
  readonly half: number
  readonly most: number
  readonly worst: number
  /** Share of the time, 0 to 1, in which a page that expects runs at the interval says that it does not know. */
  readonly unknown: number
  /** The same of a page that expects them every half hour, or at the interval where that is longer. */
  readonly unknownPatient: number
}

export const STARTERS: readonly Starter[] = ['process', 'schedule and pinger', 'schedule']

/** What may be asked of them: schedules of less than five minutes are not taken. */
export function intervalsOf(starter: Starter): readonly number[] {
  return starter === 'process' ? [1, 5, 10, 15, 30, 60] : [5, 10, 15, 30, 60]
}

/** What a page should expect of a schedule: three times that is longer than the gaps there are. */
export const PATIENT_MINUTES = 30

const MINUTE_MS = 60_000
const OUTAGES = 200
/** Long enough to be seen twice by the slowest; far enough from each other not to flap. */
const OUTAGE_MINUTES = 6 * 60
const APART_MINUTES = 14 * 60

/**
 * Lets outages happen at any moment of many days and says when the second failing run sees them, which is when
 * people are told. The same seed gives the same figures. Pure.
 */
export function timeToDetect(
  starter: Starter,
  intervalMinutes: number,
  seed = 20_261_123,
): TimeToDetect {
  const random = generator(seed)
  const days = OUTAGES * APART_MINUTES
  const outages = Array.from(
    { length: OUTAGES },
    (_, index) => (index + random() / 2) * APART_MINUTES + 60,
  )
  const runs = runTimes(starter, intervalMinutes, days, random)
  const waits = detections(runs, outages).sort((left, right) => left - right)
  const share = (part: number) => waits[Math.ceil(waits.length * part) - 1] ?? Infinity
  return {
    starter,
    intervalMinutes,
    half: share(0.5),
    most: share(0.95),
    worst: share(1),
    unknown: unknownShare(runs, intervalMinutes),
    unknownPatient: unknownShare(runs, Math.max(intervalMinutes, PATIENT_MINUTES)),
  }
}

/** Minutes at which runs look, in order. */
function runTimes(
  starter: Starter,
  interval: number,
  end: number,
  random: () => number,
): readonly number[] {
  const between = ([low, high]: readonly [number, number]) => low + random() * (high - low)
  const ticks = Array.from({ length: Math.floor(end / interval) }, (_, index) => index * interval)
  if (starter === 'process') return ticks
  const scheduled: number[] = []
  let next = 0
  for (const tick of ticks) {
    const start = tick + between(SCHEDULE.lateMinutes)
    if (start < next) continue
    scheduled.push(start)
    next = start + between(SCHEDULE.apartMinutes)
  }
  if (starter === 'schedule') return scheduled
  return [...scheduled, ...ticks.map((tick) => tick + between(DISPATCH_MINUTES))].sort(
    (left, right) => left - right,
  )
}

/** Minutes from each outage’s beginning to its alert, by the rule that opens incidents. */
function detections(runs: readonly number[], outages: readonly number[]): number[] {
  let state: IncidentState = QUIET
  let current = 0
  const waits: number[] = []
  for (const minute of runs) {
    while (minute >= (outages[current] ?? Infinity) + OUTAGE_MINUTES) current += 1
    const begin = outages[current] ?? Infinity
    const failing = minute >= begin
    const stepped = step(state, {
      path: '/',
      at: new Date(minute * MINUTE_MS).toISOString(),
      verdict: failing ? 'bad' : 'ok',
      findings: failing ? ['response-status'] : [],
    })
    state = stepped.state
    if (stepped.event?.kind === 'opened') waits.push(minute - begin)
  }
  return waits
}

/** By the rule after which a page forgets what the last run saw. */
function unknownShare(runs: readonly number[], interval: number): number {
  const valid = validUntilMs(new Date(0).toISOString(), interval * MINUTE_MS) / MINUTE_MS
  const gaps = runs.slice(1).map((minute, index) => minute - (runs[index] ?? 0))
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  return gaps.reduce((sum, gap) => sum + Math.max(0, gap - valid), 0) / total
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
