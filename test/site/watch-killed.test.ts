import { deepEqual, equal, ok } from 'node:assert/strict'
import { keepAndTell } from '../../scripts/watch/keep-and-tell.ts'
import type { Alert } from '../../site/src/alert/alert.ts'
import type { CheckRun } from '../../site/src/check/run.ts'
import type { History } from '../../site/src/history/record.ts'
import { loadHistory } from '../../site/src/history/store.ts'
import { Killed, MortalFiles, type Remains } from '../support/mortal-files.ts'

const START_MS = Date.parse('2026-11-23T11:40:00Z')
const INTERVAL_MS = 600_000
const FOLDER = 'history'
/** Well, three bad runs, well: with any one run lost there is still one outage. */
const VERDICTS = ['ok', 'bad', 'bad', 'bad', 'ok', 'ok', 'ok'] as const

function runAt(index: number): CheckRun {
  const verdict = VERDICTS[index]!
  const rule = {
    id: 'response-status',
    severity: 'error',
    section: '',
    message: '',
    fix: '',
    step: 6,
  } as const
  const path = '/oauth/client.json'
  const findings = verdict === 'bad' ? [{ ...rule, at: [] }] : []
  const target = {
    path,
    url: `https://a.test${path}`,
    verdict,
    ms: 40,
    findings,
    certificate: undefined,
  }
  // An hour ends before the third, a day before the last two, and single runs are too old to keep by then.
  const atMs = START_MS + index * INTERVAL_MS + (index > 4 ? 60 * 3_600_000 : 0)
  return { at: new Date(atMs).toISOString(), verdict, ms: 1, targets: [target] }
}

/** One process that makes one run; what it tells ends up in `told`. */
async function look(files: MortalFiles, index: number, told: string[]): Promise<void> {
  const run = runAt(index)
  const hook = (async (_url: string, init: RequestInit) => {
    told.push((JSON.parse(init.body as string) as Alert).key)
    return new Response()
  }) as typeof fetch
  const before = await loadHistory(FOLDER, files.disk)
  const options = {
    targets: [],
    surroundings: {
      clock: () => Date.parse(run.at),
      sleep: async () => undefined,
      signal: new AbortController().signal,
    },
    alert: true,
    variables: { SIGNET_ALERT_WEBHOOK: 'https://hooks.acme-software.dev/' },
    fetch: hook,
  }
  await keepAndTell(FOLDER, run, before, options, files.disk)
}

const keysOf = ({ runs, hours, days, events }: History) => ({
  runs: runs.map(({ at }) => at),
  hours: hours.map(({ from }) => from),
  days: days.map(({ from }) => from),
  events: events.map(({ kind }) => kind),
})

describe('A watch that is killed in any operation on its files (issue F, measured)', () => {
  /** What was on disk and told before each run, and how many operations it took. */
  const points: {
    files: ReadonlyMap<string, string>
    told: readonly string[]
    operations: number
  }[] = []
  let unharmed: History

  before(async () => {
    let files: ReadonlyMap<string, string> = new Map()
    const told: string[] = []
    for (const index of VERDICTS.keys()) {
      const process = new MortalFiles(files)
      const point = { files, told: [...told] }
      await look(process, index, told)
      points.push({ ...point, operations: process.operations })
      files = process.snapshot()
    }
    unharmed = await loadHistory(FOLDER, new MortalFiles(files).disk)
    deepEqual(told.length, 2)
    // Nothing of this is tried if the runs do nothing.
    deepEqual(keysOf(unharmed).events, ['opened', 'closed'])
    equal(unharmed.days.length, 1)
    ok(points.reduce((sum, { operations }) => sum + operations, 0) > 150)
  })

  for (const remains of ['nothing', 'half', 'all'] as const satisfies readonly Remains[]) {
    it(`loses the run in flight at most, with ${remains} of the operation done`, async () => {
      for (const [index, { files, told: before, operations }] of points.entries()) {
        for (let operation = 1; operation <= operations; operation += 1) {
          const at = `run ${index}, operation ${operation} of ${operations}`
          const told = [...before]
          const process = new MortalFiles(files)
          process.killAt(operation, remains)
          await look(process, index, told).then(
            () => ok(false, at),
            (error: unknown) => {
              if (!(error instanceof Killed)) throw error
            },
          )
          const found = await loadHistory(FOLDER, new MortalFiles(process.snapshot()).disk)
          const intact = await loadHistory(FOLDER, new MortalFiles(files).disk)
          // A run is there as itself, or in its hour.
          const kept = keysOf(found)
          for (const run of keysOf(intact).runs)
            ok(kept.runs.includes(run) || kept.hours.includes(`${run.slice(0, 13)}:00:00.000Z`), at)
          deepEqual(kept.hours.slice(0, intact.hours.length), keysOf(intact).hours, at)
          deepEqual(kept.days.slice(0, intact.days.length), keysOf(intact).days, at)
          deepEqual(kept.events.slice(0, intact.events.length), keysOf(intact).events, at)
          ok(found.corruptLines <= 1, at)
          await goOn(process.snapshot(), index, told, at)
        }
      }
    })
  }

  /** The runs after the one that was killed, each a process of its own. */
  async function goOn(
    left: ReadonlyMap<string, string>,
    killed: number,
    told: string[],
    at: string,
  ): Promise<void> {
    let files = left
    for (let index = killed + 1; index < VERDICTS.length; index += 1) {
      const process = new MortalFiles(files)
      await look(process, index, told)
      files = process.snapshot()
    }
    const end = await loadHistory(FOLDER, new MortalFiles(files).disk)
    // A run that was lost at the end leaves the last change to the run after it, which is not played here.
    const whole = killed < VERDICTS.length - 1
    if (whole) deepEqual(keysOf(end).events, ['opened', 'closed'], at)
    if (whole) deepEqual(keysOf(end).days, keysOf(unharmed).days, at)
    if (whole) deepEqual(keysOf(end).hours, keysOf(unharmed).hours, at)
    const changes = new Set(told)
    equal(changes.size, whole ? 2 : changes.size, at)
    for (const { incident, kind, at: when } of end.events)
      ok(!whole || changes.has(`${incident}/${kind}/${when}`), at)
    // Killed after it told and before it wrote that down, it tells again, under the same key; never otherwise.
    ok(told.length - changes.size <= 1, at)
  }
})
