import { equal, match } from 'node:assert/strict'
import { encodeBounceState, bounceSchemes } from '@signet/site/client-metadata'
import { startPageBrowser, type PageBrowser } from './browser-context.ts'

const NONCE = 'n'.repeat(43)
const stateFor = (scheme: string) => encodeBounceState({ kind: 'scheme', scheme }, NONCE) ?? ''

describe('The callback page in a browser (A8.53)', function () {
  this.timeout(20_000)
  let browser: PageBrowser
  before(async () => void (browser = await startPageBrowser()))
  after(async () => await browser.close())

  /** Which view is shown, where its button leads, and what is left in the address bar. */
  const open = async (query: string) =>
    await browser.visit({}, async (page) => {
      const requests: string[] = []
      page.on('request', (request) => requests.push(request.url()))
      // An address of another program never finishes loading.
      await page.goto(`/callback${query}`, { waitUntil: 'commit' })
      await page.waitForFunction(() => window.location.search === '')
      const view = page.locator('section[data-view]:visible')
      equal(await view.count(), 1)
      const links = view.locator('a[data-open]')
      return {
        view: await view.getAttribute('data-view'),
        address: (await links.count()) === 0 ? null : await links.first().getAttribute('href'),
        left: new URL(page.url()).search,
        asked: requests,
      }
    })

  for (const scheme of bounceSchemes) {
    it(`leads a sign-in back to ${scheme}: and nowhere else, and clears the address`, async () => {
      const { view, address, left, asked } = await open(`?code=c&state=${stateFor(scheme)}`)
      equal(view, 'forward')
      match(
        address ?? '',
        new RegExp(`^${scheme}://signet\\.signet-mcp/callback\\?response=[\\w-]+$`),
      )
      equal(left, '')
      // Its own files, and the editor that it opens by itself.
      const others = asked.filter((url) => !url.startsWith(`${browser.origin}/`))
      for (const url of others) equal(url, address)
    })
  }

  it('tells a refusal from a success', async () => {
    const { view } = await open(`?error=access_denied&state=${stateFor('vscode')}`)
    equal(view, 'forward-error')
  })

  for (const [query, view] of [
    ['', 'nothing-here'],
    ['?code=c', 'nothing-here'],
    [`?code=a&code=b&state=${stateFor('vscode')}`, 'malformed unknown-editor'],
    ['?code=c&state=v1.scheme.javascript.' + NONCE, 'malformed unknown-editor'],
    ['?code=c&state=https://evil.test/', 'malformed unknown-editor'],
    [
      `?code=c&state=${stateFor('vscode')}&error_description=${'x'.repeat(5000)}`,
      'malformed unknown-editor',
    ],
  ] as const) {
    it(`goes nowhere for ${query.slice(0, 60)} and says so`, async () => {
      const opened = await open(query)
      equal(opened.view, view)
      equal(opened.address, null)
      equal(opened.left, '')
    })
  }

  it('shows nothing that the query says', async () => {
    await browser.visit({}, async (page) => {
      const words = 'CALL-THIS-NUMBER'
      await page.goto(
        `/callback?error=${words}&error_description=${words}&state=${stateFor('vscode')}`,
        { waitUntil: 'commit' },
      )
      await page.locator('section[data-view=forward-error]').waitFor()
      equal((await page.locator('body').innerText()).includes(words), false)
    })
  })
})
