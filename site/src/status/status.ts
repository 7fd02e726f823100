import type { CertificateFacts } from '../check/certificate.ts'
import { currentVerdict, validUntilMs, worstOf, type Verdict } from '../check/verdict.ts'
import { wordsOf, type FindingWords } from '../check/words.ts'
import type { IncidentEvent } from '../history/incidents.ts'
import { lastCertificate, type History } from '../history/record.ts'
import { rollUp } from '../history/rollup.ts'
import { dayCells, uptimeOf, type DayCell } from '../history/uptime.ts'

/** All that the status page, its JSON, its feed and its badge say. Times are ISO 8601 in UTC. */
export interface Status {
  /** What is known now; `unknown` when nobody looked lately. */
  readonly verdict: Verdict
  readonly lastCheck: string | null
  /** After this moment the verdict means nothing any more. */
  readonly validUntil: string | null
  readonly targets: readonly TargetStatus[]
  /** Newest first. */
  readonly incidents: readonly Incident[]
  readonly certificate: CertificateFacts | null
  readonly corruptLines: number
}

export interface TargetStatus {
  readonly path: string
  readonly verdict: Verdict
  /** Ids of the last run. */
  readonly findings: readonly string[]
  /** Share of runs in ninety days in which it was usable; null: nobody looked. */
  readonly uptime: number | null
  readonly days: readonly DayCell[]
  /** Median milliseconds of each of the last hours, oldest first. */
  readonly latency: readonly { readonly from: string; readonly ms: number }[]
}

export interface Incident {
  readonly id: string
  readonly path: string
  readonly since: string
  /** Null: it goes on. */
  readonly until: string | null
  /** Of its last change. */
  readonly causes: readonly FindingWords[]
}

/** Hours in a sparkline. */
const SHOWN_HOURS = 48
/** Newest incidents on the page and in the feed. */
const SHOWN_INCIDENTS = 30

/** What a history says at one moment. Pure. */
export function statusOf(history: History, intervalMs: number, nowMs: number): Status {
  // A day that is over becomes a line of its own with the first run of the next one, which may be a while.
  const { hours, days: daysOver } = rollUp(history, nowMs)
  const rolled: History = { ...history, hours, days: daysOver }
  const last = history.runs.at(-1)
  const stale =
    last === undefined ||
    currentVerdict({ at: last.at, verdict: 'ok' }, intervalMs, nowMs) === 'unknown'
  const targets = (last?.targets ?? []).map(([path, verdict, , ...findings]): TargetStatus => {
    const days = dayCells(rolled, path, nowMs)
    return {
      path,
      verdict: stale ? 'unknown' : verdict,
      findings,
      uptime: uptimeOf(days) ?? null,
      days,
      latency: hours.slice(-SHOWN_HOURS).flatMap(({ from, targets: rows }) => {
        const row = rows.find(([each]) => each === path)
        return row === undefined ? [] : [{ from, ms: row[5] }]
      }),
    }
  })
  return {
    verdict: worstOf(targets.map(({ verdict }) => verdict)),
    lastCheck: last?.at ?? null,
    validUntil: last ? new Date(validUntilMs(last.at, intervalMs)).toISOString() : null,
    targets,
    incidents: incidentsOf(history.events),
    certificate: lastCertificate(history) ?? null,
    corruptLines: history.corruptLines,
  }
}

function incidentsOf(events: readonly IncidentEvent[]): readonly Incident[] {
  const byId = Map.groupBy(events, ({ incident }) => incident)
  return [...byId]
    .map(([id, changes]): Incident => {
      const closed = changes.find(({ kind }) => kind === 'closed')
      const told = changes.findLast(({ kind }) => kind !== 'closed') ?? closed
      return {
        id,
        path: changes[0]?.path ?? '',
        since: changes[0]?.since ?? '',
        until: closed?.at ?? null,
        causes: (told?.findings ?? []).map(wordsOf),
      }
    })
    .sort((left, right) => (left.since < right.since ? 1 : -1))
    .slice(0, SHOWN_INCIDENTS)
}

/** `/status.json`. */
export function renderStatus(status: Status): string {
  return `${JSON.stringify(status, undefined, 2)}\n`
}
