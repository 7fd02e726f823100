import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from '../e2e/browser.ts'
import { serveBuiltSite } from './built-site.ts'

export interface PageBrowser {
  readonly origin: string
  /** Opens a page in a context of its own, runs `work`, and closes it. */
  readonly visit: <Result>(
    options: BrowserContextOptions,
    work: (page: Page) => Promise<Result>,
  ) => Promise<Result>
  readonly close: () => Promise<void>
}

/** A built site, the last one by default, on loopback, and Chromium that sees nothing else. */
export async function startPageBrowser(folder?: string): Promise<PageBrowser> {
  const site = await serveBuiltSite(folder)
  let browser: Browser
  try {
    browser = await launchBrowser(undefined, { headless: true, progress: console.log })
  } catch (error) {
    await site.close()
    throw error
  }
  return {
    origin: site.origin,
    visit: async (options, work) => {
      const context = await browser.newContext({ baseURL: site.origin, ...options })
      try {
        return await work(await context.newPage())
      } finally {
        await context.close()
      }
    },
    close: async () => {
      await browser.close()
      await site.close()
    },
  }
}
