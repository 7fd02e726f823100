import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import type { Alert, Delivery } from '../../site/src/alert/alert.ts'
import { ChannelError } from '../../site/src/alert/channel.ts'
import { deliver } from '../../site/src/alert/deliver.ts'
import type { CheckRun } from '../../site/src/check/run.ts'
import { EMPTY, recordOf, type History } from '../../site/src/history/record.ts'

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

  it('of a flapping host says little', async () => {
    const told = await watchDay((index) => index % 4 < 2)
    ok(told.length < 12, String(told.length))
  })
})
