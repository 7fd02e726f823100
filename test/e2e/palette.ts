import type { Locator, Page } from 'playwright-core'

const ATTEMPTS = 30
const ROW_TIMEOUT_MS = 1500
const FOLLOW_UP_TIMEOUT_MS = 10_000

/** Opens a served workbench and waits until it can be used. */
export async function openWorkbench(page: Page, url: string): Promise<void> {
  await page.goto(url, { timeout: 60_000 })
  await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 })
}

/**
 * Runs a command by its title, as a person does, and waits for what it shows first. The palette reads its
 * commands when it opens, so one opened before the extensions are registered stays empty, and its list may
 * move under the pointer while it fills: what a person would do again is done again.
 */
export async function runCommand(page: Page, title: string, shows: Locator): Promise<void> {
  const input = page.locator('.quick-input-widget input')
  const row = page.locator('.quick-input-widget .quick-input-list .monaco-list-row', {
    hasText: title,
  })
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await page.keyboard.press('Escape')
    await page.keyboard.press('F1')
    await input.waitFor()
    await input.fill(`>${title}`)
    if (!(await appears(row.first(), ROW_TIMEOUT_MS))) continue
    await page.keyboard.press('Enter')
    if (await appears(shows, FOLLOW_UP_TIMEOUT_MS)) return
  }
  throw new Error(`the palette never ran ${title}`)
}

async function appears(locator: Locator, timeout: number): Promise<boolean> {
  return await locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  )
}

/** Picks a row of the open quick pick. */
export async function pickRow(page: Page, text: string): Promise<void> {
  await page
    .locator('.quick-input-widget .quick-input-list .monaco-list-row', { hasText: text })
    .first()
    .click()
}

/** The notification with this text; toasts and the notification centre look alike here. */
export function notification(page: Page, text: string | RegExp) {
  return page.locator('.notification-list-item', { hasText: text }).first()
}

export async function showView(editor: Page): Promise<void> {
  await editor.locator('.activitybar a[aria-label*="MCP Sign-Ins"]').first().click()
}

/** The rows of the view "MCP Sign-Ins" that name an account. */
export function accountRows(editor: Page): Locator {
  return editor.locator('.pane-body .monaco-list-row', { hasText: '@example.test' })
}
