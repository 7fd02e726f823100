import type { Page } from 'playwright-core'

const ATTEMPTS = 30
const ROW_TIMEOUT_MS = 1500

/** Opens a served workbench and waits until it can be used. */
export async function openWorkbench(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 })
}

/**
 * Runs a command by its title, as a person does. The palette reads its commands when it opens, so one
 * opened before the extensions are registered stays empty: it is closed and opened again.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const input = page.locator('.quick-input-widget input')
  const row = page.locator('.quick-input-widget .quick-input-list .monaco-list-row', {
    hasText: title,
  })
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await page.keyboard.press('Escape')
    await page.keyboard.press('F1')
    await input.waitFor()
    await input.fill(`>${title}`)
    const found = await row
      .first()
      .waitFor({ timeout: ROW_TIMEOUT_MS })
      .then(
        () => true,
        () => false,
      )
    if (found) {
      await row.first().click()
      return
    }
  }
  throw new Error(`the palette never offered ${title}`)
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
