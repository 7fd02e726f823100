import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import type { Alert, Delivery } from '../../site/src/alert/alert.ts'
import { ChannelError } from '../../site/src/alert/channel.ts'
import { deliver } from '../../site/src/alert/deliver.ts'
import type { CheckRun } from '../../site/src/check/run.ts'
import { EMPTY, recordOf, type History } from '../../site/src/history/record.ts'
import { loadHistory } from '../../site/src/history/store.ts'
import { keepAndTell } from '../../scripts/watch/keep-and-tell.ts'
import { Killed, MortalFiles } from '../support/mortal-files.ts'

const START_MS = Date.parse('2026-11-23T00:00:00Z')
const INTERVAL_MS = 300_000
const RUNS = 24 * 12
const PATH = '/oauth/client.json'

interface Outage {
  /** Runs. */
  readonly start: number
  readonly length: number
}

/** Outages of a day with at least six hours between the third and the next, so that nothing flaps. */
const outages = fc
  .array(
    fc.record({ gap: fc.integer({ min: 76, max: 120 }), length: fc.integer({ min: 1, max: 9 }) }),
    {
      maxLength: 4,
    },
  )
  .map((all) => {
    let at = 0
    return all.flatMap(({ gap, length }): Outage[] => {
      const start = at + gap
      at = start + length
      return at < RUNS - 4 ? [{ start, length }] : []
    })
  })

function runAt(index: number, failing: boolean): CheckRun {
  const finding = {
    id: 'response-status',
    severity: 'error',
    section: '',
    message: '',
    fix: '',
    step: 6,
    at: [],
  } as const
  const verdict = failing ? 'bad' : 'ok'
  return {
    at: new Date(START_MS + index * INTERVAL_MS).toISOString(),
    verdict,
    ms: 1,
    targets: [
      {
        path: PATH,
        url: PATH,
        verdict,
        ms: 1,
        findings: failing ? [finding] : [],
        certificate: undefined,
      },
    ],
  }
}

/** A day of watching; `lost` answers whether an alert gets lost on its way. */
async function watchDay(
  failing: (index: number) => boolean,
  lost: (attempt: number) => boolean = () => false,
): Promise<readonly Alert[]> {
  let history: History = EMPTY
  const delivered: Delivery[] = []
  const told: Alert[] = []
  let attempts = 0
  for (let index = 0; index < RUNS; index += 1) {
    const run = runAt(index, failing(index))
    const record = recordOf(run, history)
    const events = [...history.events, ...(record.events ?? [])]
    history = { ...history, runs: [record], events }
    await deliver(history.events, {
      origin: 'https://a.test',
      channels: [
        {
          id: 'webhook',
          send: async (alert) => {
            if (lost((attempts += 1))) throw new ChannelError('status 503', true)
            told.push(alert)
          },
        },
      ],
      delivered: [...delivered],
      keep: async (delivery) => void delivered.push(delivery),
      clock: () => Date.parse(run.at),
      sleep: async () => undefined,
    })
  }
  return told
}

describe('A day of watching (issue F, measured)', () => {
  it('tells of every outage of two intervals or more once, and of its end once', async () => {
    await fc.assert(
      fc.asyncProperty(outages, async (all) => {
        const told = await watchDay((index) =>
          all.some(({ start, length }) => index >= start && index < start + length),
        )
        const long = all.filter(({ length }) => length >= 2)
        const opened = told.filter(({ kind }) => kind === 'opened')
        equal(opened.length, long.length)
        equal(told.filter(({ kind }) => kind === 'closed').length, long.length)
        long.forEach(({ start }, index) => {
          equal(Date.parse(opened[index]!.since), START_MS + start * INTERVAL_MS)
          equal(Date.parse(opened[index]!.at) - Date.parse(opened[index]!.since), INTERVAL_MS)
        })
      }),
      { numRuns: 60 },
    )
  })

  it('tells of everything once, though four of five deliveries get lost', async () => {
    const told = await watchDay(
      (index) => index % 100 >= 90,
      (attempt) => attempt % 5 !== 0,
    )
    equal(new Set(told.map(({ key }) => key)).size, told.length)
    equal(told.filter(({ kind }) => kind === 'opened').length, 2)
    equal(told.filter(({ kind }) => kind === 'closed').length, 2)
  })

  // Each seed is a day that can be played again; the files are in memory, all else is what a watch runs.
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`with random faults, kills and lost alerts tells of each outage once, and of its end once (seed ${seed})`, async () => {
      const { outages: all, told } = await playDay(seed)
      const count = (kind: Alert['kind'], path: string) =>
        new Set(
          told
            .filter((each) => each.kind === kind && each.url.endsWith(path))
            .map(({ key }) => key),
        ).size
      for (const path of DAY_PATHS) {
        const long = all.filter((each) => each.path === path && each.seen >= 2).length
        equal(count('opened', path), long, path)
        equal(count('closed', path), long, path)
      }
      ok(all.some(({ seen }) => seen >= 2))
    })
  }

  it('of a flapping host says little', async () => {
    const told = await watchDay((index) => index % 4 < 2)
    ok(told.length < 12, String(told.length))
  })
})

const DAY_PATHS = ['/oauth/client.json', '/callback'] as const
const DAY_RUNS = 24 * 6

/**
 * A day at ten minutes: each target has outages of one to six runs, every tenth run is killed somewhere in its work,
 * every tenth never comes, and half of all alerts fail on their way.
 */
async function playDay(seed: number) {
  const [plan] = fc.sample(
    fc.record({
      gaps: fc.array(fc.integer({ min: 40, max: 60 }), { minLength: 8, maxLength: 8 }),
      lengths: fc.array(fc.noBias(fc.integer({ min: 1, max: 6 })), { minLength: 8, maxLength: 8 }),
      fates: fc.array(fc.noBias(fc.integer({ min: 0, max: 199 })), {
        minLength: DAY_RUNS,
        maxLength: DAY_RUNS,
      }),
      losses: fc.array(fc.noBias(fc.boolean()), { minLength: 97, maxLength: 97 }),
    }),
    { seed, numRuns: 1 },
  )
  const { gaps, lengths, fates, losses } = plan!
  const planned = DAY_PATHS.flatMap((path, position) => {
    let at = position * 5
    // The second is no blink, whatever the seed.
    const own = [1, 3, ...lengths.slice(position * 4)].slice(0, 4)
    return own.flatMap((length, index) => {
      const start = at + gaps[position * 4 + index]!
      at = start + length
      return at < DAY_RUNS - 10 ? [{ path, start, length, seen: 0 }] : []
    })
  })
  const told: Alert[] = []
  let attempts = 0
  const hook = (async (_url: string, init: RequestInit) => {
    if (losses[(attempts += 1) % losses.length] === true) return new Response('', { status: 503 })
    told.push(JSON.parse(init.body as string) as Alert)
    return new Response()
  }) as typeof fetch
  let files: ReadonlyMap<string, string> = new Map()
  for (let index = 0; index < DAY_RUNS; index += 1) {
    const fate = fates[index]!
    // Dropped by the scheduler.
    if (fate < 20) continue
    const atMs = START_MS + index * 600_000
    const failing = (path: string) =>
      planned.find(
        (each) => each.path === path && index >= each.start && index < each.start + each.length,
      )
    const process = new MortalFiles(files)
    if (fate < 40) process.killAt(1 + fate, fate % 2 === 0 ? 'half' : 'nothing')
    const run = dayRun(
      atMs,
      DAY_PATHS.map((path) => [path, failing(path) !== undefined]),
    )
    const survived = await keepAndTell(
      'history',
      run,
      await loadHistory('history', new MortalFiles(files).disk),
      {
        targets: [],
        surroundings: {
          clock: () => atMs,
          sleep: async () => undefined,
          signal: new AbortController().signal,
        },
        alert: true,
        variables: { SIGNET_ALERT_WEBHOOK: 'https://hooks.acme-software.dev/' },
        fetch: hook,
      },
      process.disk,
    ).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Killed) return false
        throw error
      },
    )
    files = process.snapshot()
    const kept = await loadHistory('history', new MortalFiles(files).disk)
    const written = kept.runs.at(-1)?.at === run.at
    ok(written || !survived)
    for (const path of DAY_PATHS) {
      const outage = failing(path)
      if (outage !== undefined && written) outage.seen += 1
    }
  }
  return { outages: planned, told }
}

function dayRun(atMs: number, failing: readonly (readonly [string, boolean])[]): CheckRun {
  const targets = failing.flatMap(([path, fails]) =>
    runAt(0, fails).targets.map((each) => ({ ...each, path, url: path })),
  )
  const verdict = failing.some(([, fails]) => fails) ? 'bad' : 'ok'
  return { at: new Date(atMs).toISOString(), verdict, ms: 1, targets }
}
