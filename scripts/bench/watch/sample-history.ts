import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckRun } from '../../../site/src/check/run.ts'
import { worstOf } from '../../../site/src/check/verdict.ts'
import { wordsOf } from '../../../site/src/check/words.ts'
import { EMPTY, recordOf, type Bucket, type RunRecord } from '../../../site/src/history/record.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

export interface SampleOptions {
  readonly paths: readonly string[]
  readonly intervalMs: number
  /** When the last run was. */
  readonly endMs: number
  readonly days: number
  /** Id of a finding that the first path has in the last hour. */
  readonly failing?: string
}

/** Writes the files of a watch that ran for a while: runs of two days, hours of a month, all days. */
export async function writeSampleHistory(folder: string, options: SampleOptions): Promise<void> {
  const { endMs, days, intervalMs } = options
  await mkdir(folder, { recursive: true })
  const firstDay = Math.floor((endMs - days * DAY_MS) / DAY_MS) * DAY_MS
  const hourStart = Math.floor(endMs / HOUR_MS) * HOUR_MS
  const dayBuckets = Array.from({ length: days }, (_, index) =>
    bucket(firstDay + index * DAY_MS, DAY_MS / intervalMs, options, index),
  )
  const hours = Math.min(720, days * 24)
  const hourBuckets = Array.from({ length: hours }, (_, index) =>
    bucket(hourStart - (hours - index) * HOUR_MS, HOUR_MS / intervalMs, options, index),
  )
  const runs = sampleRuns(options)
  await write(folder, 'days.jsonl', dayBuckets)
  await write(folder, 'hours.jsonl', hourBuckets)
  await write(folder, 'runs.jsonl', runs)
  await write(
    folder,
    'incidents.jsonl',
    runs.flatMap(({ events = [] }) => events),
  )
}

function sampleRuns({ paths, intervalMs, endMs, failing }: SampleOptions): readonly RunRecord[] {
  const count = Math.floor((2 * DAY_MS) / intervalMs)
  const runs: RunRecord[] = []
  for (let index = 0; index < count; index += 1) {
    const atMs = endMs - (count - 1 - index) * intervalMs
    const bad = failing !== undefined && endMs - atMs < HOUR_MS
    // An outage of half an hour, a day and a half ago.
    const before = endMs - atMs > 1.5 * DAY_MS && endMs - atMs < 1.5 * DAY_MS + HOUR_MS / 2
    const finding = bad ? failing : before ? 'fetch-timeout' : undefined
    const run = sampleRun(atMs, paths, index, finding)
    runs.push(recordOf(run, { ...EMPTY, runs: runs.slice(-1) }))
  }
  return runs
}

function sampleRun(
  atMs: number,
  paths: readonly string[],
  index: number,
  finding: string | undefined,
): CheckRun {
  const targets = paths.map((path, position) => {
    const bad = position === 0 && finding !== undefined
    return {
      path,
      url: `https://signet.example${path}`,
      verdict: bad ? ('bad' as const) : ('ok' as const),
      findings: bad ? [{ ...wordsOf(finding), severity: 'error' as const, step: 6, at: [] }] : [],
      ms: milliseconds(index, position),
      certificate: {
        issuer: 'Sample Authority',
        fingerprint: '4f'.repeat(32),
        notBefore: new Date(atMs - (atMs % DAY_MS) - 20 * DAY_MS).toISOString(),
        notAfter: new Date(atMs - (atMs % DAY_MS) + 70 * DAY_MS).toISOString(),
      },
    }
  })
  return {
    at: new Date(atMs).toISOString(),
    verdict: worstOf(targets.map(({ verdict }) => verdict)),
    ms: 400,
    targets,
  }
}

function bucket(fromMs: number, runs: number, { paths }: SampleOptions, index: number): Bucket {
  return {
    from: new Date(fromMs).toISOString(),
    targets: paths.map((path, position) => {
      const bad = position === 0 && index % 37 === 5 ? 3 : 0
      const degraded = position === 1 && index % 23 === 7 ? 5 : 0
      return [path, runs - bad - degraded, degraded, bad, 0, milliseconds(index, position)]
    }),
  }
}

/** Looks like a day's traffic, and is the same each time. */
function milliseconds(index: number, position: number): number {
  return Math.round(60 + 18 * Math.sin(index / 7 + position) + 9 * Math.sin(index / 2.3))
}

async function write(folder: string, name: string, lines: readonly unknown[]): Promise<void> {
  await writeFile(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}
