import { deepEqual, equal, ok } from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CheckRun } from '../../site/src/check/run.ts'
import { worstOf, type Verdict } from '../../site/src/check/verdict.ts'
import { EMPTY, recordOf, type History, type RunRecord } from '../../site/src/history/record.ts'
import { rollUp } from '../../site/src/history/rollup.ts'
import { appendRun, compactHistory, loadHistory } from '../../site/src/history/store.ts'
import { dayCells, uptimeOf } from '../../site/src/history/uptime.ts'

const START_MS = Date.parse('2026-11-23T00:00:00Z')
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const PATH = '/oauth/client.json'

function run(atMs: number, verdict: Verdict = 'ok', paths: readonly string[] = [PATH]): CheckRun {
  const severity = verdict === 'bad' ? 'error' : 'warning'
  const finding = {
    id: 'response-status',
    severity,
    section: '',
    message: '',
    fix: '',
    step: 6,
    at: [],
  } as const
  return {
    at: new Date(atMs).toISOString(),
    verdict: worstOf([verdict]),
    ms: 10,
    targets: paths.map((path) => ({
      path,
      url: `https://a.test${path}`,
      verdict,
      ms: 40,
      findings: verdict === 'ok' ? [] : [finding],
      certificate: {
        issuer: 'Authority',
        fingerprint: 'a'.repeat(64),
        notBefore: '2026-11-01T00:00:00.000Z',
        notAfter: '2027-01-30T00:00:00.000Z',
      },
    })),
  }
}

/** Keeps runs as the recorder does, in memory. */
function keep(history: History, next: CheckRun): History {
  return { ...history, runs: [...history.runs, recordOf(next, history)] }
}

describe('A run in the history (issue F.3)', () => {
  it('carries what the next run has to know, and nothing of quiet targets', () => {
    const first = recordOf(run(START_MS), EMPTY)
    equal('states' in first, false)
    let history = keep(EMPTY, run(START_MS, 'bad'))
    equal(history.runs[0]?.states?.[PATH]?.failures, 1)
    history = keep(history, run(START_MS + MINUTE_MS, 'bad'))
    deepEqual(
      history.runs[1]?.events?.map(({ kind }) => kind),
      ['opened'],
    )
    deepEqual(history.runs[1].targets, [[PATH, 'bad', 40, 'response-status']])
  })

  it('names the certificate once an hour, and when it is another one', () => {
    let history = keep(EMPTY, run(START_MS))
    history = keep(history, run(START_MS + MINUTE_MS))
    history = keep(history, run(START_MS + 61 * MINUTE_MS))
    deepEqual(
      history.runs.map(({ certificate }) => certificate !== undefined),
      [true, false, true],
    )
  })
})

describe('Hours and days (issue F.3)', () => {
  const days = 3
  const every = 5 * MINUTE_MS
  const runs: RunRecord[] = Array.from({ length: (days * DAY_MS) / every }, (_, index) =>
    recordOf(run(START_MS + index * every, index % 288 < 12 ? 'bad' : 'ok'), EMPTY),
  )
  const now = START_MS + days * DAY_MS

  it('count what the runs saw', () => {
    const { hours, days: all } = rollUp({ runs, hours: [], days: [] }, now)
    equal(hours.length, 72)
    deepEqual(hours[0], { from: '2026-11-23T00:00:00.000Z', targets: [[PATH, 0, 0, 12, 0, 40]] })
    equal(all.length, 3)
    deepEqual(all[0]?.targets[0], [PATH, 276, 0, 12, 0, 40])
  })

  it('are the same when they are made twice, and keep single runs for two days', () => {
    const once = rollUp({ runs, hours: [], days: [] }, now)
    deepEqual(rollUp(once, now), once)
    // Cut off after the hours were written and before the runs were dropped.
    deepEqual(rollUp({ ...once, runs }, now), once)
    equal(once.runs.length, 576 - 1)
  })

  it('leave out the hour and the day that are not over', () => {
    const half = rollUp({ runs, hours: [], days: [] }, START_MS + DAY_MS + 90 * MINUTE_MS)
    equal(half.hours.at(-1)?.from, '2026-11-24T00:00:00.000Z')
    equal(half.days.length, 1)
  })

  it('go on after a clock that was a year ahead for a while', () => {
    const ahead = recordOf(run(START_MS + 365 * DAY_MS), EMPTY)
    const first = rollUp(
      { runs: [...runs.slice(0, 288), ahead], hours: [], days: [] },
      Date.parse(ahead.at),
    )
    equal(first.days.length, 1)
    const later = { ...first, runs: [...first.runs, ...runs.slice(288)] }
    const { hours, days: all } = rollUp(later, now)
    deepEqual(
      all.map(({ from }) => from.slice(0, 10)),
      ['2026-11-23', '2026-11-24', '2026-11-25'],
    )
    equal(hours.at(-1)?.from, '2026-11-25T23:00:00.000Z')
  })

  it('make ninety cells in UTC, with those nobody looked at', () => {
    const layers = rollUp({ runs, hours: [], days: [] }, now - 1)
    const cells = dayCells({ ...EMPTY, ...layers }, PATH, now - 1)
    equal(cells.length, 90)
    deepEqual(
      cells.slice(-4).map(({ verdict }) => verdict),
      ['unknown', 'bad', 'bad', 'bad'],
    )
    equal(cells.at(-1)?.day, '2026-11-25')
    equal(cells.at(-1)?.up, 276 / 288)
    equal(uptimeOf(cells), 276 / 288)
    equal(uptimeOf(dayCells(EMPTY, PATH, now)), undefined)
  })
})

describe('The history’s files (issue F.3)', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'signet-history-'))))
  afterEach(async () => await rm(folder, { recursive: true, force: true }))

  it('give back what was appended', async () => {
    const record = recordOf(run(START_MS), EMPTY)
    await appendRun(folder, record)
    await appendRun(folder, record)
    const { runs, corruptLines } = await loadHistory(folder)
    deepEqual(runs, [record, record])
    equal(corruptLines, 0)
    deepEqual(await loadHistory(join(folder, 'none')), EMPTY)
  })

  it('lose one line where a write was cut off, and not the one after it', async () => {
    const record = recordOf(run(START_MS), EMPTY)
    await appendRun(folder, record)
    const whole = await readFile(join(folder, 'runs.jsonl'))
    for (let cut = 1; cut < whole.length; cut += 17) {
      await writeFile(join(folder, 'runs.jsonl'), Buffer.concat([whole, whole.subarray(0, cut)]))
      await appendRun(folder, record)
      const { runs, corruptLines } = await loadHistory(folder)
      equal(runs.length, 2, `cut at ${cut}`)
      equal(corruptLines, 1, `cut at ${cut}`)
    }
  })

  it('count lines of any other kind and go on', async () => {
    const record = recordOf(run(START_MS), EMPTY)
    await appendRun(folder, record)
    await appendFile(
      join(folder, 'runs.jsonl'),
      `{}\nnull\n{"at":"yesterday","targets":[]}\n${'x'.repeat(300_000)}\n`,
    )
    await appendRun(folder, record)
    const { runs, corruptLines } = await loadHistory(folder)
    equal(runs.length, 2)
    equal(corruptLines, 4)
  })

  it('know an incident from the run’s own line, if its second line is missing', async () => {
    let history = keep(EMPTY, run(START_MS, 'bad'))
    history = keep(history, run(START_MS + MINUTE_MS, 'bad'))
    for (const record of history.runs) await appendRun(folder, record)
    equal((await loadHistory(folder)).events.length, 1)
    await rm(join(folder, 'incidents.jsonl'))
    equal((await loadHistory(folder)).events.length, 1)
    // And it stays when the run is too old to be kept.
    await compactHistory(folder, START_MS + 5 * DAY_MS)
    const later = await loadHistory(folder)
    equal(later.events.length, 1)
    equal(later.runs.length, 0)
    equal(later.days.length, 1)
    deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.next')),
      [],
    )
  })

  it('of a year at one minute stay below 200 KB for each target', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => `/oauth/client-${index}.json`)
    const atEnd = START_MS + 365 * DAY_MS
    const bucket = (fromMs: number, count: number) => ({
      from: new Date(fromMs).toISOString(),
      targets: paths.map((path): [string, number, number, number, number, number] => [
        path,
        count,
        0,
        1,
        0,
        123,
      ]),
    })
    const record = recordOf(run(atEnd, 'ok', paths), EMPTY)
    const write = async (name: string, values: readonly unknown[]) =>
      await writeFile(
        join(folder, name),
        values.map((value) => `${JSON.stringify(value)}\n`).join(''),
      )
    await write(
      'runs.jsonl',
      Array.from({ length: 2880 }, () => ({ ...record, certificate: undefined })),
    )
    await write(
      'hours.jsonl',
      Array.from({ length: 720 }, (_, index) => bucket(atEnd + index * 3_600_000, 60)),
    )
    await write(
      'days.jsonl',
      Array.from({ length: 365 }, (_, index) => bucket(START_MS + index * DAY_MS, 1440)),
    )
    let total = 0
    for (const name of await readdir(folder)) total += (await stat(join(folder, name))).size
    ok(total / paths.length < 200 * 1024, `${total / paths.length} bytes`)
  })
})
