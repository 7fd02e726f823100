import { deepEqual, ok } from 'node:assert/strict'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { startPageBrowser, type PageBrowser } from './browser-context.ts'
import { builtPages, type BuiltPage } from './built-site.ts'

const PHONE = { width: 360, height: 740 }
const DESK = { width: 1280, height: 800 }

/** Rules of WCAG 2.2 A and AA and what axe calls best practice; each as `rule at element`. */
async function violations(page: Page): Promise<readonly string[]> {
  // As an expression of the debugger's: the page's own policy would not let a script in.
  await page.evaluate(axe.source)
  const { violations: found } = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe }
    return await inPage.run({ resultTypes: ['violations'] })
  })
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${String(target)}`))
}

/** What sticks out of the page or is cut off by a box around it. What may scroll by itself is not looked into. */
async function overflowing(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const scrolls = (element: Element) => element.closest('pre, textarea, .scroll') !== null
    return [...document.querySelectorAll('body *')]
      .filter((element) => !scrolls(element) && !element.matches('.skip'))
      .filter((element) => {
        const { right, width } = element.getBoundingClientRect()
        const cut =
          getComputedStyle(element).overflowX === 'hidden' &&
          element.scrollWidth > element.clientWidth
        return width > 0 && (right > window.innerWidth + 0.5 || cut)
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
  })
}

describe('The built pages, for everybody (issue E.8)', function () {
  this.timeout(180_000)
  let browser: PageBrowser
  let pages: readonly BuiltPage[]
  before(async () => {
    pages = await builtPages()
    browser = await startPageBrowser()
  })
  after(async () => await browser.close())

  /** What is found on each page, as `path: finding`. */
  async function onEveryPage(
    options: Parameters<PageBrowser['visit']>[0],
    look: (page: Page) => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    return await browser.visit(options, async (page) => {
      const found: string[] = []
      for (const { path } of pages) {
        await page.goto(path)
        found.push(...(await look(page)).map((each) => `${path}: ${each}`))
      }
      return found
    })
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`have no violation that axe finds in ${colorScheme}`, async () => {
      const found = await onEveryPage({ colorScheme, viewport: DESK }, violations)
      deepEqual(found, [])
    })
  }

  it('have none on a phone, with all details opened', async () => {
    const found = await onEveryPage({ viewport: PHONE }, async (page) => {
      for (const details of await page.locator('details').all())
        await details.evaluate((element) => element.setAttribute('open', ''))
      return await violations(page)
    })
    deepEqual(found, [])
  })

  for (const viewport of [PHONE, { width: 768, height: 1024 }, DESK]) {
    it(`fit ${viewport.width} px: nothing sticks out and nothing is cut off`, async () => {
      deepEqual(await onEveryPage({ viewport }, overflowing), [])
    })
  }

  it('keep an edge where colour alone would carry it, in the colours of a person’s own choice', async () => {
    const edgeless = await onEveryPage(
      { forcedColors: 'active' },
      async (page) =>
        await page.evaluate(() =>
          [...document.querySelectorAll('.kind, .button, .verdict, .findings li, .identity .strip')]
            .filter((element) => {
              const { borderBottomStyle, borderBottomWidth } = getComputedStyle(element)
              return borderBottomStyle === 'none' || borderBottomWidth === '0px'
            })
            .map((element) => element.className),
        ),
    )
    deepEqual(edgeless, [])
  })

  it('move nothing for people who asked for no motion', async () => {
    const moving = await onEveryPage(
      { reducedMotion: 'reduce' },
      async (page) =>
        await page.evaluate(() =>
          [...document.querySelectorAll('*')]
            .filter((element) => {
              const { transitionDuration, animationName, scrollBehavior } =
                getComputedStyle(element)
              return (
                !/^(0s(, )?)+$/.test(transitionDuration) ||
                animationName !== 'none' ||
                scrollBehavior === 'smooth'
              )
            })
            .map(({ tagName }) => tagName),
        ),
    )
    deepEqual(moving, [])
  })

  it('show where the keyboard is, on every link, and let it pass the navigation', async () => {
    const hidden = await onEveryPage({}, async (page) => {
      const missing: string[] = []
      const count = await page.locator('a:visible, button:visible, summary:visible').count()
      for (let step = 0; step < Math.min(count, 12); step += 1) {
        await page.keyboard.press('Tab')
        const seen = await page.evaluate(() => {
          const active = document.activeElement ?? document.body
          const { outlineStyle, outlineWidth } = getComputedStyle(active)
          return {
            what: active.outerHTML.slice(0, 60),
            isOutlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
          }
        })
        if (!seen.isOutlined) missing.push(seen.what)
      }
      return missing
    })
    deepEqual(hidden, [])
    const landed = await browser.visit({}, async (page) => {
      await page.goto('/document')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      return page.url()
    })
    ok(landed.endsWith('/document#content'), landed)
  })
})
