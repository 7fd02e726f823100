import * as systemFiles from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { CheckRun } from '../check/run.ts'
import { eventKey, type Delivery } from '../alert/alert.ts'
import type { IncidentEvent } from './incidents.ts'
import { LIMITS } from './limits.ts'
import { recordOf, SCHEMAS, type History, type RunRecord } from './record.ts'
import { rollUp } from './rollup.ts'

/** What the history needs of a file system; tests bring one that ends at any of its operations. */
export interface Files {
  readonly mkdir: (path: string, options: { recursive: true }) => Promise<unknown>
  readonly open: (path: string, flags: 'a+' | 'w') => Promise<OpenFile>
  readonly readFile: (path: string, encoding: 'utf8') => Promise<string>
  readonly rename: (from: string, to: string) => Promise<void>
}

export type OpenFile = Pick<
  systemFiles.FileHandle,
  'appendFile' | 'writeFile' | 'datasync' | 'close'
> & {
  readonly stat: () => Promise<{ readonly size: number }>
  readonly read: (
    into: Buffer,
    offset: number,
    length: number,
    position: number,
  ) => Promise<unknown>
}

/** JSON lines in one folder; every line stands alone. */
const FILES = {
  runs: 'runs.jsonl',
  hours: 'hours.jsonl',
  days: 'days.jsonl',
  events: 'incidents.jsonl',
  deliveries: 'deliveries.jsonl',
} as const

/** Everything in a history's folder. A line that cannot be read is counted and left out. */
export async function loadHistory(folder: string, disk: Files = systemFiles): Promise<History> {
  const [runs, hours, days, events, deliveries] = [
    await readLines(disk, join(folder, FILES.runs), SCHEMAS.run),
    await readLines(disk, join(folder, FILES.hours), SCHEMAS.bucket),
    await readLines(disk, join(folder, FILES.days), SCHEMAS.bucket),
    await readLines(disk, join(folder, FILES.events), SCHEMAS.event),
    await readLines(disk, join(folder, FILES.deliveries), SCHEMAS.delivery),
  ]
  return {
    runs: runs.values,
    hours: hours.values,
    days: days.values,
    // A run cut off between its two lines has its events in the first one only.
    events: allEvents(events.values, runs.values),
    deliveries: deliveries.values,
    corruptLines: [runs, hours, days, events, deliveries].reduce(
      (total, { corrupt }) => total + corrupt,
      0,
    ),
  }
}

/**
 * Keeps a run: one line, and once an hour what follows from the hour before. Returns what was kept.
 * `history` is what `loadHistory` gave before the run.
 */
export async function recordRun(
  folder: string,
  run: CheckRun,
  history: History,
  disk: Files = systemFiles,
): Promise<RunRecord> {
  const record = recordOf(run, history)
  await appendRun(folder, record, disk)
  if (isDue(history, record)) await compactHistory(folder, Date.parse(record.at), disk)
  return record
}

/** Whether an hour is over that is not counted yet: it ended just now, or a run before was cut off. */
function isDue({ runs, hours }: History, { at }: RunRecord): boolean {
  const counted = new Set(hours.map(({ from }) => hourOf(from)))
  return runs.some((run) => hourOf(run.at) < hourOf(at) && !counted.has(hourOf(run.at)))
}

const hourOf = (instant: string) => instant.slice(0, 13)

/** Appends a run. What was written before stays whole, whenever this is cut off. */
export async function appendRun(
  folder: string,
  record: RunRecord,
  disk: Files = systemFiles,
): Promise<void> {
  await disk.mkdir(folder, { recursive: true })
  await appendLine(disk, join(folder, FILES.runs), JSON.stringify(record))
  for (const event of record.events ?? [])
    await appendLine(disk, join(folder, FILES.events), JSON.stringify(event))
}

/** Writes down that people were told. */
export async function appendDelivery(
  folder: string,
  delivery: Delivery,
  disk: Files = systemFiles,
): Promise<void> {
  await appendLine(disk, join(folder, FILES.deliveries), JSON.stringify(delivery))
}

/** Adds finished hours and days and drops old lines. Each file is replaced whole, or not at all. */
export async function compactHistory(
  folder: string,
  nowMs: number,
  disk: Files = systemFiles,
): Promise<void> {
  const history = await loadHistory(folder, disk)
  const { runs, hours, days } = rollUp(history, nowMs)
  // What is derived goes first: cut off in between, the runs are still there to derive it from.
  await replaceLines(disk, join(folder, FILES.events), history.events)
  await replaceLines(disk, join(folder, FILES.days), days)
  await replaceLines(disk, join(folder, FILES.hours), hours)
  await replaceLines(disk, join(folder, FILES.runs), runs)
}

async function readLines<T>(
  disk: Files,
  file: string,
  schema: z.ZodType<T>,
): Promise<{ readonly values: readonly T[]; readonly corrupt: number }> {
  const lines = (await readOrEmpty(disk, file)).split('\n').filter((line) => line !== '')
  const values: T[] = []
  for (const line of lines) {
    const read = line.length > LIMITS.lineBytes ? undefined : schema.safeParse(parse(line))
    if (read?.success === true) values.push(read.data)
  }
  return { values, corrupt: lines.length - values.length }
}

/** Undefined: not JSON, which no schema here takes. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}

async function readOrEmpty(disk: Files, file: string): Promise<string> {
  try {
    return await disk.readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** One write, on a line of its own even where the last one was cut off. */
async function appendLine(disk: Files, file: string, line: string): Promise<void> {
  const handle = await disk.open(file, 'a+')
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    const torn = size > 0 && last.toString() !== '\n'
    await handle.appendFile(`${torn ? '\n' : ''}${line}\n`)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

async function replaceLines(disk: Files, file: string, values: readonly unknown[]): Promise<void> {
  const next = `${file}.next`
  const handle = await disk.open(next, 'w')
  try {
    await handle.writeFile(values.map((value) => `${JSON.stringify(value)}\n`).join(''))
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await disk.rename(next, file)
}

function allEvents(
  kept: readonly IncidentEvent[],
  runs: readonly RunRecord[],
): readonly IncidentEvent[] {
  const all = [...kept, ...runs.flatMap(({ events = [] }) => events)]
  const byKey = new Map(all.map((event) => [eventKey(event), event]))
  return [...byKey.values()].sort((left, right) => (left.at < right.at ? -1 : 1))
}
