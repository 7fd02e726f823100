import { deepEqual, equal, ok } from 'node:assert/strict'
import { startPageBrowser, type PageBrowser } from './browser-context.ts'
import { builtPages, type BuiltPage } from './built-site.ts'

describe('What the built pages load (issue E.8)', function () {
  this.timeout(120_000)
  let browser: PageBrowser
  let pages: readonly BuiltPage[]
  before(async () => {
    pages = await builtPages()
    browser = await startPageBrowser()
  })
  after(async () => await browser.close())

  it('comes from their own origin, breaks no policy and leaves nothing on the console', async () => {
    const requested = new Set<string>()
    const told: string[] = []
    await browser.visit({}, async (page) => {
      page.on('request', (request) => requested.add(new URL(request.url()).origin))
      page.on('console', (message) => told.push(`${page.url()}: ${message.text()}`))
      page.on('pageerror', (error) => told.push(`${page.url()}: ${error.message}`))
      for (const { path } of pages) {
        const response = await page.goto(path, { waitUntil: 'load' })
        equal(response?.headers()['content-security-policy']?.includes("default-src 'none'"), true)
        const style = await page.evaluate(() => getComputedStyle(document.body).display)
        equal(style, 'flex', `${path} has no style`)
      }
    })
    deepEqual([...requested], [browser.origin])
    deepEqual(told, [])
  })

  it('is told by the policy of the page itself too, where a host sends no header fields', async () => {
    const ran = await browser.visit({}, async (page) => {
      await page.route('**/*', async (route) => {
        const response = await route.fetch()
        const headers = { ...response.headers() }
        delete headers['content-security-policy']
        await route.fulfill({ response, headers })
      })
      const refused: string[] = []
      page.on('console', (message) => refused.push(message.text()))
      await page.goto('/')
      await page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'window.injected = true'
        document.body.append(script)
      })
      ok(refused.some((text) => text.includes('Content Security Policy')))
      return await page.evaluate(() => 'injected' in window)
    })
    equal(ran, false)
  })

  it('is all there without JavaScript, and the check page says how to do without', async () => {
    await browser.visit({ javaScriptEnabled: false }, async (page) => {
      for (const { path } of pages) {
        await page.goto(path)
        equal(await page.locator('h1:visible').count(), 1, path)
      }
      await page.goto('/check')
      ok(await page.locator('noscript .notice').isVisible())
    })
  })
})
