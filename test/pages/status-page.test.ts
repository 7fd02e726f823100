import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { writeSampleHistory } from '../../scripts/bench/watch/sample-history.ts'
import { ROOT, runTool } from '../../scripts/run-tool.ts'
import { PATIENT_MINUTES } from '../../site/src/detection/time-to-detect.ts'
import { startPageBrowser, type PageBrowser } from './browser-context.ts'

const MINUTE_MS = 60_000
/** Where today has begun when it has nowhere else. */
const EARLIEST_ZONE = 'Pacific/Kiritimati'

describe('The status page in a browser (issue F.2, F.5)', function () {
  this.timeout(180_000)
  const endMs = Date.now() - 5 * MINUTE_MS
  const validUntilMs = endMs + 3 * PATIENT_MINUTES * MINUTE_MS
  let folder: string
  let browser: PageBrowser

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-status-page-'))
    await writeSampleHistory(join(folder, 'history'), {
      paths: ['/oauth/client.json', '/callback'],
      intervalMs: 10 * MINUTE_MS,
      endMs,
      days: 3,
      failing: 'response-redirect',
    })
    await runTool('astro', ['build', '--silent', '--outDir', join(folder, 'dist')], {
      cwd: join(ROOT, 'site'),
      env: {
        ASTRO_TELEMETRY_DISABLED: '1',
        SIGNET_HISTORY: join(folder, 'history'),
        TZ: EARLIEST_ZONE,
      },
    })
    browser = await startPageBrowser(join(folder, 'dist'))
  })
  after(async () => {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  })

  const inUtc = (ms: number) =>
    `${new Date(ms).toISOString().slice(0, 10)} ${new Date(ms).toISOString().slice(11, 16)} UTC`
  const marks = async (page: Page) => await page.locator('.target .mark').allInnerTexts()

  it('says what was seen while that holds, and how to fix it', async () => {
    await browser.visit({}, async (page) => {
      await page.goto('/status')
      equal(await page.locator('.state h1').innerText(), 'Failing')
      deepEqual(await marks(page), ['Failing', 'OK'])
      ok((await page.locator('.incident strong').innerText()).length > 0)
    })
  })

  it('says by itself that it does not know, as soon as three intervals are over', async () => {
    await browser.visit({}, async (page) => {
      await page.clock.install({ time: validUntilMs - 40_000 })
      await page.goto('/status')
      equal(await page.locator('.state h1').innerText(), 'Failing')
      await page.clock.fastForward(MINUTE_MS + 10_000)
      equal(await page.locator('.state h1').innerText(), 'Unknown')
      match((await page.locator('.state').getAttribute('class')) ?? '', /\bunknown\b/)
      deepEqual(await marks(page), ['Unknown', 'Unknown'])
      equal(/\d+ failing/.test(await page.locator('body').innerText()), false)
    })
  })

  it('does so at once when it is opened later', async () => {
    await browser.visit({}, async (page) => {
      await page.clock.setFixedTime(validUntilMs)
      await page.goto('/status')
      equal(await page.locator('.state h1').innerText(), 'Unknown')
    })
  })

  it('without JavaScript says until when it holds and what it means after that', async () => {
    await browser.visit({ javaScriptEnabled: false }, async (page) => {
      await page.goto('/status')
      const text = await page.locator('.state').innerText()
      match(text, /after that, read it as unknown/)
      ok(text.includes(inUtc(validUntilMs)), text)
      ok(await page.locator('.incident').isVisible())
    })
  })

  for (const timezoneId of [EARLIEST_ZONE, 'America/St_Johns', 'Asia/Kathmandu']) {
    it(`built in ${EARLIEST_ZONE} and read in ${timezoneId}, has its times in UTC`, async () => {
      await browser.visit({ timezoneId }, async (page) => {
        await page.goto('/status')
        const text = await page.locator('.state').innerText()
        for (const ms of [endMs, validUntilMs]) ok(text.includes(inUtc(ms)), text)
        const times = await page
          .locator('time')
          .evaluateAll((all) =>
            all.map((each) => [each.getAttribute('datetime') ?? '', each.textContent.trim()]),
          )
        ok(times.length > 4)
        for (const [instant = '', words = ''] of times)
          if (words.endsWith('UTC')) equal(words, inUtc(Date.parse(instant)))
      })
    })
  }
})
