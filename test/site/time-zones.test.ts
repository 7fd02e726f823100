import { equal, ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSampleHistory } from '../../scripts/bench/watch/sample-history.ts'
import { loadHistory } from '../../site/src/history/store.ts'
import { renderBadge } from '../../site/src/status/badge.ts'
import { renderStatusFeed } from '../../site/src/status/feed.ts'
import { renderStatus, statusOf } from '../../site/src/status/status.ts'
import { durationWords, instantWords } from '../../site/src/status/words.ts'

const INTERVAL_MS = 600_000
const DAY_MS = 86_400_000

describe('What the status says, in every time zone (issue F.5)', () => {
  const { TZ: zoneBefore } = process.env
  let folder: string
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'signet-zones-'))))
  after(async () => await rm(folder, { recursive: true, force: true }))
  afterEach(() => {
    if (zoneBefore === undefined) delete process.env.TZ
    else process.env.TZ = zoneBefore
  })

  /** All that is published, from a watch that this zone's machine kept itself. */
  async function published(zone: string, nowMs: number): Promise<string> {
    process.env.TZ = zone
    const place = join(folder, `${zone.replaceAll('/', '-')}-${nowMs}`)
    await writeSampleHistory(place, {
      paths: ['/oauth/client.json', '/callback'],
      intervalMs: INTERVAL_MS,
      endMs: nowMs - 60_000,
      days: 95,
      failing: 'response-redirect',
    })
    const status = statusOf(await loadHistory(place), INTERVAL_MS, nowMs)
    const incidents = status.incidents.map(({ since, until }) => [
      instantWords(since),
      durationWords(Date.parse(since), Date.parse(until ?? status.lastCheck ?? '')),
    ])
    return [
      renderStatus(status),
      renderStatusFeed('production', status),
      renderBadge(status),
      JSON.stringify(incidents),
    ].join('\n')
  }

  for (const [when, nowMs] of [
    ['in the hour that an autumn night has twice', Date.parse('2026-11-01T04:10:00Z')],
    ['in the hour that a spring night lacks', Date.parse('2026-03-08T05:40:00Z')],
    ['at the first minute of a day in UTC', Date.parse('2026-06-01T00:00:30Z')],
    ['at the last minute of a day in UTC', Date.parse('2026-06-01T23:59:30Z')],
  ] as const) {
    it(`is the same to the byte ${when}`, async () => {
      const utc = await published('UTC', nowMs)
      for (const zone of ['Pacific/Kiritimati', 'America/St_Johns', 'Asia/Kathmandu']) {
        equal(await published(zone, nowMs), utc, zone)
        // The zone was one: the machine's own clock is off from UTC.
        ok(new Date(nowMs).getTimezoneOffset() !== 0, zone)
      }
    })
  }

  it('has ninety days, each once, across a change of the clock', async () => {
    process.env.TZ = 'America/St_Johns'
    const nowMs = Date.parse('2026-11-02T02:10:00Z')
    await writeSampleHistory(join(folder, 'days'), {
      paths: ['/callback'],
      intervalMs: INTERVAL_MS,
      endMs: nowMs - 60_000,
      days: 95,
    })
    const { targets } = statusOf(await loadHistory(join(folder, 'days')), INTERVAL_MS, nowMs)
    const days = targets[0]?.days.map(({ day }) => Date.parse(day)) ?? []
    equal(days.length, 90)
    for (const [index, day] of days.entries())
      equal(day, Date.parse('2026-11-02') - (89 - index) * DAY_MS)
  })
})
