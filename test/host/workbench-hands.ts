// What a person does in the editor's window, beside the rows of our own view.
import type { Locator, Page } from 'playwright-core'

/**
 * Clicks a button of a notification, again when the notification is still there: one whose progress moves
 * is drawn anew under the pointer, and a person would click again as well.
 */
export async function clickUntilGone(shown: Locator, button: string): Promise<void> {
  const first = shown.first()
  await first.waitFor()
  const last = shown.nth((await shown.count()) - 1)
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await first.getByRole('button', { name: button, exact: true }).click()
    const gone = await last.waitFor({ state: 'hidden', timeout: 3000 }).then(
      () => true,
      () => false,
    )
    if (gone) return
  }
  throw new Error(`the notification did not take ${button}`)
}

/** The rows of the open quick pick, which is then closed. */
export async function rowsOf(from: Page): Promise<readonly string[]> {
  const rows = from.locator('.quick-input-list .monaco-list-row')
  await rows.first().waitFor()
  const texts = await rows.allInnerTexts()
  await from.keyboard.press('Escape')
  return texts
}

/** The lines of the Accounts menu. */
export async function accountLabels(from: Page): Promise<readonly string[]> {
  const items = await openAccounts(from)
  const labels = await items.allInnerTexts()
  await from.keyboard.press('Escape')
  return labels
}

/** "Sign Out" of an account's own menu; the editor then asks once. */
export async function signOutOfAccount(from: Page, account: string): Promise<void> {
  const items = await openAccounts(from)
  await items.filter({ hasText: account }).first().click()
  const signOut = from.locator('.monaco-menu .action-label', { hasText: /^Sign Out$/ }).last()
  // A click into a menu that has just opened is not taken.
  await signOut.hover()
  await from.keyboard.press('Enter')
  const confirm = from.locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' })
  await confirm.click()
}

async function openAccounts(from: Page): Promise<Locator> {
  await from.locator('.activitybar a[aria-label*="Account"]').first().click()
  const items = from.locator('.monaco-menu .action-label')
  await items.first().waitFor()
  return items
}

export interface WalkthroughStep {
  readonly title: string
  /** The heading of its text. */
  readonly beside: string
}

/** Opens a step of the walkthrough and waits for the text beside it. */
export async function takeStep(from: Page, { title, beside }: WalkthroughStep): Promise<void> {
  await step(from, title).click()
  await from
    .frameLocator('iframe.webview')
    .frameLocator('#active-frame')
    .getByText(beside)
    .waitFor()
}

function step(from: Page, title: string): Locator {
  return from.locator('.getting-started-step', { hasText: title })
}
