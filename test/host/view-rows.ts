import type { Locator, Page } from 'playwright-core'

const ROWS = '.pane-body .monaco-list-row'

/** Waits for a row of the open view and returns what a screen reader says for each row. */
export async function rowLabels(page: Page, text: string): Promise<readonly string[]> {
  await row(page, text).waitFor()
  return await page
    .locator(ROWS)
    .evaluateAll((rows) => rows.map((element) => element.getAttribute('aria-label') ?? ''))
}

export async function unfoldRow(page: Page, text: string): Promise<void> {
  await row(page, text).locator('.monaco-tl-twistie').click()
}

/** The inline actions of a row are there once the pointer is over the row. */
export async function hoverRow(page: Page, text: string): Promise<void> {
  await row(page, text).hover()
}

export async function clickRowAction(page: Page, text: string, action: string): Promise<void> {
  await hoverRow(page, text)
  await row(page, text).getByRole('button', { name: action }).click()
}

export async function rowGone(page: Page, text: string): Promise<void> {
  await row(page, text).waitFor({ state: 'detached' })
}

/** What the view says while it is empty. */
export async function welcomeText(page: Page): Promise<string> {
  const welcome = page.locator('.welcome-view-content').first()
  await welcome.waitFor()
  return await welcome.innerText()
}

function row(page: Page, text: string): Locator {
  return page.locator(ROWS, { hasText: text }).first()
}
