import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSampleHistory } from '../../scripts/bench/watch/sample-history.ts'
import { EMPTY, type History } from '../../site/src/history/record.ts'
import { loadHistory } from '../../site/src/history/store.ts'
import { renderBadge, renderBadgeEndpoint } from '../../site/src/status/badge.ts'
import { renderStatusFeed } from '../../site/src/status/feed.ts'
import { statusOf } from '../../site/src/status/status.ts'
import { durationWords, instantWords, shareWords } from '../../site/src/status/words.ts'

const INTERVAL_MS = 600_000
const NOW_MS = Date.parse('2026-11-23T12:05:00Z')
const PATHS = ['/oauth/client.json', '/callback']

describe('The status page’s content (issue F.5)', () => {
  let folder: string
  let history: History
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-status-'))
    await writeSampleHistory(folder, {
      paths: PATHS,
      intervalMs: INTERVAL_MS,
      endMs: NOW_MS - 60_000,
      days: 40,
      failing: 'response-redirect',
    })
    history = await loadHistory(folder)
  })
  after(async () => await rm(folder, { recursive: true, force: true }))

  it('says what fails, since when, and how to fix it', () => {
    const { verdict, targets, incidents } = statusOf(history, INTERVAL_MS, NOW_MS)
    equal(verdict, 'bad')
    deepEqual(
      targets.map(({ path, verdict: each }) => [path, each]),
      [
        ['/oauth/client.json', 'bad'],
        ['/callback', 'ok'],
      ],
    )
    equal(incidents[0]?.until, null)
    ok((incidents[0].causes[0]?.fix ?? '').length > 0)
    equal(incidents[1]?.until === null, false)
  })

  it('shows a day that is over before the next one has begun to be kept', () => {
    const midnight = Date.parse('2026-11-24T00:00:00Z')
    const cells = statusOf(history, INTERVAL_MS, midnight + 60_000).targets[0]?.days.slice(-2)
    deepEqual(
      cells?.map(({ day, verdict }) => [day, verdict]),
      [
        ['2026-11-23', 'bad'],
        ['2026-11-24', 'unknown'],
      ],
    )
  })

  it('is unknown after three intervals, in every form, whatever was seen before', () => {
    const at = (ms: number) => statusOf(history, INTERVAL_MS, NOW_MS - 60_000 + ms)
    equal(at(3 * INTERVAL_MS - 1).verdict, 'bad')
    const later = at(3 * INTERVAL_MS)
    equal(later.verdict, 'unknown')
    deepEqual([...new Set(later.targets.map(({ verdict }) => verdict))], ['unknown'])
    match(renderBadge(later), />Unknown</)
    match(renderBadgeEndpoint(later), /"message":"unknown"/)
    equal(later.validUntil, '2026-11-23T12:34:00.000Z')
  })

  it('is unknown when nobody ever looked', () => {
    const { verdict, lastCheck, targets } = statusOf(EMPTY, INTERVAL_MS, NOW_MS)
    deepEqual([verdict, lastCheck, targets], ['unknown', null, []])
  })

  it('names incidents in a feed that is the same for the same history', () => {
    const status = statusOf(history, INTERVAL_MS, NOW_MS)
    const feed = renderStatusFeed('production', status)
    equal(feed, renderStatusFeed('production', status))
    equal((feed.match(/<entry>/g) ?? []).length, status.incidents.length)
  })

  it('writes times with their zone, durations and shares without flattery', () => {
    equal(instantWords('2026-11-23T12:05:59.000Z'), '2026-11-23 12:05 UTC')
    equal(shareWords(0.999_99), '99.99 %')
    equal(shareWords(undefined), 'no data')
    deepEqual(
      [5, 125, 3000].map((minutes) => durationWords(0, minutes * 60_000)),
      ['5 min', '2 h 05 min', '2 d 2 h'],
    )
  })
})
