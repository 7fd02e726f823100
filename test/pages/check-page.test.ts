import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { ownDocuments } from '../../site/src/publish/own-documents.ts'
import { startPageBrowser, type PageBrowser } from './browser-context.ts'

const [OWN] = ownDocuments('production')
const GOOD = (OWN?.body ?? '').replaceAll('signet.example', 'id.acme.dev')

/** The ids of the findings on the page, and the verdict above them. */
async function shown(page: Page) {
  return {
    verdict: (await page.locator('.verdict').getAttribute('class'))?.split(' ')[1],
    ids: (await page.locator('.findings .where').allTextContents()).map(
      (text) => text.split(' · ').at(-1) ?? '',
    ),
  }
}

describe('The check page in a browser (issue E.8)', function () {
  this.timeout(60_000)
  let browser: PageBrowser
  before(async () => void (browser = await startPageBrowser()))
  after(async () => await browser.close())

  const check = async (document: string, url = '') =>
    await browser.visit({}, async (page) => {
      await page.goto('/check')
      await page.getByLabel('Where it is served').fill(url)
      await page.getByLabel('The document').fill(document)
      return await shown(page)
    })

  it('finds nothing in a document that every server takes', async () => {
    ok(GOOD.includes('id.acme.dev'))
    deepEqual(await check(GOOD), { verdict: 'ok', ids: [] })
  })

  for (const [what, document, id, url] of [
    ['a page', '<html>', 'text-html', ''],
    ['a secret', GOOD.replace('{', '{"client_secret": "x",'), 'secret-present', ''],
    ['another address', GOOD, 'client-id-mismatch', 'https://id.acme.dev/oauth/client.jso'],
    ['a member twice', GOOD.replace('{', '{"client_name": "x",'), 'text-duplicate-members', ''],
  ] as const) {
    it(`refuses ${what} with the rule’s own finding`, async () => {
      const { verdict, ids } = await check(document, url)
      equal(verdict, 'bad')
      ok(ids.includes(id), ids.join())
    })
  }

  it('shows what a document says as text and runs none of it', async () => {
    const evil = '<img src=x onerror="window.injected=1">'
    const document = JSON.stringify({ client_id: 'https://id.acme.dev/c.json', [evil]: evil })
    await browser.visit({}, async (page) => {
      await page.goto('/check')
      await page.getByLabel('The document').fill(document)
      equal(await page.locator('[data-result] img').count(), 0)
      equal(await page.evaluate(() => 'injected' in window), false)
    })
  })

  it('sends nothing anywhere while a document is pasted and checked', async () => {
    await browser.visit({}, async (page) => {
      await page.goto('/check', { waitUntil: 'networkidle' })
      const requests: string[] = []
      page.on('request', (request) => requests.push(request.url()))
      await page.getByLabel('The document').fill(GOOD)
      await page.getByRole('button', { name: 'Check' }).click()
      equal((await shown(page)).verdict, 'ok')
      deepEqual(requests, [])
    })
  })

  it('is used with the keyboard alone, and announces what it finds', async () => {
    await browser.visit({}, async (page) => {
      await page.goto('/check')
      const at = async () => await page.evaluate(() => document.activeElement?.id ?? '')
      for (let step = 0; step < 20 && (await at()) !== 'document'; step += 1)
        await page.keyboard.press('Tab')
      equal(await at(), 'document')
      await page.keyboard.press('ControlOrMeta+A')
      await page.keyboard.insertText('{}')
      await page.keyboard.press('Tab')
      equal(await page.evaluate(() => document.activeElement?.textContent.trim()), 'Check')
      await page.keyboard.press('Enter')
      equal((await shown(page)).verdict, 'bad')
      equal(await page.locator('[data-result]').getAttribute('aria-live'), 'polite')
    })
  })
})
