// The suites inside VS Code: starts the test world with the product's VSIX and the test runner's, opens the
// workbench, and does in the browser what the suites ask for.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { BUNDLED_SITE, PRODUCT_VSIX } from '../e2e/artefacts.ts'
import { notification, openWorkbench, pickRow } from '../e2e/palette.ts'
import { startWorld } from '../e2e/world.ts'
import { ROOT } from '../../scripts/run-tool.ts'
import { startBridge } from './bridge.ts'
import type { BrowserAnswer } from './harness.ts'
import { startAnotherServer, startUntrustedServer } from './other-servers.ts'
import { packageRunner } from './package-runner.ts'
import {
  clickRowAction,
  hoverRow,
  rowGone,
  rowLabels,
  unfoldRow,
  welcomeText,
} from './view-rows.ts'
import {
  accountLabels,
  clickUntilGone,
  rowsOf,
  signOutOfAccount,
  takeStep,
  type WalkthroughStep,
} from './workbench-hands.ts'

const OVERALL_TIMEOUT_MS = 8 * 60_000
/** Where the workbench is pictured as it stood when a test had failed. */
const RESULTS = join(ROOT, 'test-results')

/** Keeps the text of every dialog that the workbench ever shows. */
const RECORD_DIALOGS = `
  globalThis.signetDialogs = []
  new MutationObserver(() => {
    for (const box of document.querySelectorAll('.monaco-dialog-box'))
      if (!globalThis.signetDialogs.includes(box.innerText)) globalThis.signetDialogs.push(box.innerText)
  }).observe(document, { childList: true, subtree: true })
`

interface Report {
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly title: string
  readonly error?: string
}

const counts = { passed: 0, failed: 0, skipped: 0 }
const person: { answer: BrowserAnswer; account: string } = {
  answer: 'allow',
  account: 'ada@example.test',
}
let pagesOpened = 0
let lastOpened = Promise.withResolvers<Page>()

await using parts = new AsyncDisposableStack()
const progress = (line: string) => console.log(line)
const runner = await packageRunner(`${import.meta.dirname}/main.ts`)
parts.defer(runner.remove)

const finished = Promise.withResolvers<undefined>()
const editor: { page: Page | undefined } = { page: undefined }
const page = () => {
  if (editor.page === undefined) throw new Error('the workbench is not open yet')
  return editor.page
}
const bridge = await startBridge({
  test: async (argument) => await record(argument as Report),
  done: async () => finished.resolve(undefined),
  crashed: async (argument) => finished.reject(new Error(String(argument))),
  browser: async (argument) => {
    lastOpened = Promise.withResolvers<Page>()
    Object.assign(person, argument)
  },
  seen: async () => ({
    pagesOpened,
    ...world.deployment.authorizationServer.record,
    requests: world.deployment.mcpServer.requests,
  }),
  'token-life': async (argument) =>
    void Object.assign(world.deployment.authorizationServer.life, argument),
  'another-server': async () => await startAnotherServer(world.deployment, parts),
  'untrusted-server': async () => await startUntrustedServer(parts),
  'end-watches': async () => world.deployment.mcpServer.endWatches(),
  dialogs: async () => await page().evaluate('globalThis.signetDialogs'),
  'quick-pick-rows': async () => await rowsOf(page()),
  notification: async (argument) => {
    const { text } = argument as { text: string }
    const shown = notification(page(), text)
    await shown.waitFor()
    return await shown.innerText()
  },
  'notification-button': async (argument) => {
    const { text, button } = argument as { text: string; button: string }
    await clickUntilGone(page().locator('.notification-list-item', { hasText: text }), button)
  },
  'notification-link': async (argument) => {
    const { text, link } = argument as { text: string; link: string }
    await page().bringToFront()
    await notification(page(), text).locator('a', { hasText: link }).click()
  },
  clipboard: async () => await page().evaluate(async () => await navigator.clipboard.readText()),
  'notification-count': async (argument) => {
    const { text } = argument as { text: string }
    return await page().locator('.notification-list-item', { hasText: text }).count()
  },
  type: async (argument) => {
    const { text, accept } = argument as { text: string; accept: boolean }
    const input = page().locator('.quick-input-widget input').first()
    await input.waitFor()
    await input.fill(text)
    if (accept) await input.press('Enter')
  },
  'input-says': async (argument) =>
    await page()
      .locator('.quick-input-widget .quick-input-message')
      .getByText((argument as { text: string }).text)
      .waitFor(),
  'page-open': async () => (await openPage()).url(),
  'approve-unreachable': async () => await approveUnreachable(await openPage(), person.account),
  dialog: async (argument) => {
    const { button } = argument as { button: string }
    await page()
      .locator('.monaco-dialog-box')
      .getByRole('button', { name: button, exact: true })
      .click()
  },
  visit: async (argument) => await visit(visitor, (argument as { url: string }).url),
  // What the person wants changes only once the page is there: one that opens late is not answered twice.
  'answer-open-page': async (argument) => {
    const tab = await openPage()
    Object.assign(person, argument)
    await answer(tab)
  },
  pick: async (argument) => await pickRow(page(), (argument as { text: string }).text),
  picture: async (argument) => {
    const { name, shows } = argument as { name: string; shows: string }
    await page().getByText(shows).first().waitFor()
    await page().screenshot({ path: join(RESULTS, `${name}.png`) })
  },
  accounts: async () => await accountLabels(page()),
  'accounts-sign-out': async (argument) =>
    await signOutOfAccount(page(), (argument as { text: string }).text),
  rows: async (argument) => await rowLabels(page(), (argument as { text: string }).text),
  unfold: async (argument) => await unfoldRow(page(), (argument as { text: string }).text),
  'row-action': async (argument) => {
    const { text, action } = argument as { text: string; action: string }
    await clickRowAction(page(), text, action)
  },
  'hover-row': async (argument) => await hoverRow(page(), (argument as { text: string }).text),
  'walkthrough-step': async (argument) => await takeStep(page(), argument as WalkthroughStep),
  'no-row': async (argument) => await rowGone(page(), (argument as { text: string }).text),
  welcome: async () => await welcomeText(page()),
})
parts.defer(bridge.close)

const world = await startWorld({
  siteDirectory: BUNDLED_SITE,
  vsixFiles: [PRODUCT_VSIX, runner.vsix],
  settings: {},
  env: ({ mcpServer }) => ({
    SIGNET_TEST_BRIDGE: bridge.url,
    SIGNET_TEST_SERVER: mcpServer.url,
  }),
  accessTokenSeconds: 300,
  headless: true,
  progress,
})
parts.defer(world.close)
answerPages(world.context)
world.context.setDefaultTimeout(30_000)
await world.context.grantPermissions(['clipboard-read', 'clipboard-write'])
// There before the editor is, so that it is not taken for a page the editor opened.
const visitor = await world.context.newPage()
const tab = await world.context.newPage()
await tab.addInitScript(RECORD_DIALOGS)
editor.page = tab
await openWorkbench(tab, world.workbench.url)

await mkdir(RESULTS, { recursive: true })
const timer = setTimeout(
  () => finished.reject(new Error('the suites did not finish in time')),
  OVERALL_TIMEOUT_MS,
)
try {
  await finished.promise
} catch (error) {
  console.error(error)
  counts.failed += 1
} finally {
  clearTimeout(timer)
}
process.send?.(counts)
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1

async function record(report: Report): Promise<void> {
  print(report)
  if (report.state !== 'failed') return
  await page().screenshot({ path: join(RESULTS, `host-${counts.failed}.png`) })
}

function print({ state, title, error }: Report): void {
  counts[state] += 1
  console.log(`  ${{ passed: '✔', failed: '✖', skipped: '-' }[state]} ${title}`)
  if (error !== undefined) console.log(error.replaceAll(/^/gm, '      '))
}

/** Every tab that the editor opens is an authorization page, answered as the suite asked. */
function answerPages(context: BrowserContext): void {
  context.on('page', (tab) => {
    if (editor.page === undefined) return
    pagesOpened += 1
    lastOpened.resolve(tab)
    void answer(tab).catch((error: unknown) => {
      if (!tab.isClosed()) console.error(error)
    })
  })
}

async function answer(tab: Page): Promise<void> {
  const { answer: wanted, account } = person
  if (wanted === 'leave') return
  if (wanted === 'close') {
    await tab.close()
    return
  }
  // The page a person answers is the one they look at; a tab in the background takes its time.
  await tab.bringToFront()
  await tab.getByLabel('Account').fill(account)
  await tab.getByRole('button', { name: wanted === 'allow' ? 'Allow' : 'Deny' }).click()
  await tab.getByText(/close this page/i).waitFor({ timeout: 40_000 })
  await tab.close()
}

/** The authorization page that was left open. */
async function openPage(): Promise<Page> {
  const tab = await lastOpened.promise
  await tab.getByRole('button', { name: 'Allow' }).waitFor()
  return tab
}

/** Approves where the redirect leads to an address that nothing answers, and returns that address. */
async function approveUnreachable(tab: Page, account: string): Promise<string> {
  const arrival = tab.waitForRequest((request) =>
    request.url().startsWith('http://127.0.0.1:28630/callback?'),
  )
  await tab.getByLabel('Account').fill(account)
  await tab.getByRole('button', { name: 'Allow' }).click()
  const address = (await arrival).url()
  await tab.close()
  return address
}

/** Opens an address in a tab that the editor has nothing to do with, as a link on any page would. */
async function visit(tab: Page, url: string): Promise<void> {
  await tab.goto(url)
  await tab.getByText(/close this page/i).waitFor()
  await tab.goto('about:blank')
}
