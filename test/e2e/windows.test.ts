import { deepEqual, equal } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { BUNDLED_SITE, PRODUCT_VSIX } from './artefacts.ts'
import {
  accountRows,
  notification,
  openWorkbench,
  pickRow,
  runCommand,
  showView,
} from './palette.ts'
import { startWorld, type World } from './world.ts'

/** Starts a sign-in from the palette and returns the consent page. */
async function beginSignIn(context: BrowserContext, editor: Page): Promise<Page> {
  await editor.bringToFront()
  const server = editor.locator('.quick-input-list .monaco-list-row', { hasText: 'Cloud costs' })
  await runCommand(editor, 'Signet: Sign In to MCP Server', server)
  const opened = context.waitForEvent('page')
  await pickRow(editor, 'Cloud costs')
  return await opened
}

async function cancelSignIn(editor: Page): Promise<void> {
  await editor.bringToFront()
  const waiting = notification(editor, 'Signing in to')
  await waiting.getByRole('button', { name: 'Cancel' }).click()
  await waiting.waitFor({ state: 'detached' })
}

describe('A sign-in in one of several windows (C3)', function () {
  this.timeout(180_000)
  let world: World

  before(async () => {
    world = await startWorld({
      siteDirectory: BUNDLED_SITE,
      vsixFiles: [PRODUCT_VSIX],
      settings: { 'signet.redirect': 'bounce' },
      env: () => ({}),
      accessTokenSeconds: 300,
      headless: true,
      progress: (line) => console.log(`    ${line}`),
    })
  })
  after(async () => await world.close())

  it('goes on in the window that began it when its callback lands in another, and both say so', async () => {
    const { context, workbench } = world
    const [owner, other] = [await context.newPage(), await context.newPage()]
    await openWorkbench(other, workbench.url)
    await openWorkbench(owner, workbench.url)
    // The other window's second sign-in has a number that the owner has not used yet.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const page = await beginSignIn(context, other)
      await cancelSignIn(other)
      await page.close()
    }
    // What a desktop does with the topmost window: the owner's answer is handed to the other one.
    const ownersAnswer = /\/callback\?vscode-reqid=1&/
    await context.route(ownersAnswer, async (route) => {
      const location = route.request().url().replace('vscode-reqid=1&', 'vscode-reqid=2&')
      await route.fulfill({ status: 302, headers: { location } })
    })
    const consent = await beginSignIn(context, owner)
    await consent.getByRole('button', { name: 'Allow' }).click()
    await notification(owner, 'answered in another window').waitFor()
    await notification(owner, 'Signed in to').waitFor()
    await notification(other, 'started in another window').waitFor()
    // The code was exchanged once, by the window that holds the verifier.
    const { issued } = world.deployment.authorizationServer.record
    deepEqual(
      issued.map(({ grant }) => grant),
      ['authorization_code'],
    )
    await context.unroute(ownersAnswer)
    await owner.close()
    await other.close()
  })

  it('is in every window at once, and so is its end: no window is reloaded (C3)', async () => {
    const { context, workbench, deployment } = world
    const { record } = deployment.authorizationServer
    const [one, two] = [await context.newPage(), await context.newPage()]
    await openWorkbench(one, workbench.url)
    await openWorkbench(two, workbench.url)
    await showView(two)
    await accountRows(two).first().waitFor()
    await showView(one)
    for (const [here, there] of [
      [one, two],
      [two, one],
    ] as const) {
      const revoked = record.revoked.length
      await here.bringToFront()
      await accountRows(here).first().hover()
      await accountRows(here).first().getByRole('button', { name: 'Sign Out…' }).click()
      await accountRows(there).first().waitFor({ state: 'detached' })
      await notification(here, 'has revoked the session').waitFor()
      equal(record.revoked.length > revoked, true)
      const consent = await beginSignIn(context, here)
      await consent.getByRole('button', { name: 'Allow' }).click()
      await accountRows(here).first().waitFor()
      await accountRows(there).first().waitFor()
      equal(await accountRows(there).count(), 1)
    }
    await one.close()
    await two.close()
  })

  it('lasts: loaded anew, and in another folder, the window has it, and chat uses it without a question (C4)', async () => {
    const { context, workbench, deployment } = world
    const { authorizations } = deployment.authorizationServer.record
    const asked = authorizations.length
    const editor = await context.newPage()
    const pages = context.pages().length
    const { host } = new URL(deployment.mcpServer.url)
    const start = editor.locator('.quick-input-list .monaco-list-row', { hasText: 'Start Server' })
    for (const url of [workbench.url, workbench.url, workbench.otherFolderUrl]) {
      await openWorkbench(editor, url)
      await showView(editor)
      await editor.getByText('stays signed in').waitFor()
      const before = deployment.mcpServer.requests.length
      const listed = editor.locator('.quick-input-list .monaco-list-row', { hasText: host })
      await runCommand(editor, 'MCP: List Servers', listed)
      await pickRow(editor, host)
      await start.click()
      while (deployment.mcpServer.requests.length === before) await setTimeout(100)
    }
    equal(authorizations.length, asked)
    equal(context.pages().length, pages, 'no page was opened')
    await editor.close()
  })

  it('says in a second window that the first is signing in to the same server', async () => {
    const { context, workbench } = world
    const { record } = world.deployment.authorizationServer
    const issued = record.issued.length
    const [one, two] = [await context.newPage(), await context.newPage()]
    await openWorkbench(one, workbench.url)
    await openWorkbench(two, workbench.url)
    const page = await beginSignIn(context, one)
    await two.bringToFront()
    const server = two.locator('.quick-input-list .monaco-list-row', { hasText: 'Cloud costs' })
    await runCommand(two, 'Signet: Sign In to MCP Server', server)
    await pickRow(two, 'Cloud costs')
    const said = notification(two, 'Another window is signing in')
    const opened = context.waitForEvent('page')
    await said.getByRole('button', { name: 'Sign In Here' }).click()
    await (await opened).close()
    await cancelSignIn(two)
    await page.close()
    await cancelSignIn(one)
    equal(record.issued.length, issued, 'nobody signed in')
  })
})
