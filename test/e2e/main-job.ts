import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startBridge } from '../host/bridge.ts'
import { packageRunner } from '../host/package-runner.ts'
import { ROOT } from '../../scripts/run-tool.ts'
import { BUNDLED_SITE, PRODUCT_VSIX } from './artefacts.ts'
import { notification, openWorkbench, pickRow, runCommand } from './palette.ts'
import { startWorld, type World } from './world.ts'

export interface MainJobOptions {
  readonly redirect: 'loopback' | 'bounce'
  /** Folder for one picture of each step; undefined takes none. */
  readonly screenshots: string | undefined
  readonly progress: (line: string) => void
  /** Ends everything early. */
  readonly signal: AbortSignal
}

/** What was seen from outside while a person's sign-in and one tool call went through. */
export interface MainJobFacts {
  /** The document's URL, as the authorization server fetched it. */
  readonly documentFetched: string
  readonly redirectUri: string
  /** From the token that the MCP server verified for the tool call. */
  readonly aud: string
  readonly clientId: string
  readonly toolResult: string
}

/**
 * The main job on real parts: palette → sign-in in the browser → token → a tool call by VS Code's own MCP
 * client. Stops what it started, whatever happens.
 */
export async function runMainJob(options: MainJobOptions): Promise<MainJobFacts> {
  const { progress, signal } = options
  await using parts = new AsyncDisposableStack()
  const signedIn = Promise.withResolvers<undefined>()
  const tool = Promise.withResolvers<string>()
  // Both may be rejected before anybody waits for them.
  signedIn.promise.catch(() => undefined)
  tool.promise.catch(() => undefined)
  const bridge = await startBridge({
    'signed-in': async () => await signedIn.promise,
    'tool-result': async (argument) => tool.resolve((argument as { text: string }).text),
    'tool-failed': async (argument) => tool.reject(new Error(String(argument))),
  })
  parts.defer(bridge.close)
  const runner = await packageRunner(join(ROOT, 'test', 'host', 'tool-call-driver.ts'))
  parts.defer(runner.remove)
  progress('Starting the site, the authorization server, the MCP server and VS Code…')
  const world = await startWorld({
    siteDirectory: BUNDLED_SITE,
    vsixFiles: [PRODUCT_VSIX, runner.vsix],
    settings: { 'signet.redirect': options.redirect },
    env: () => ({ SIGNET_TEST_BRIDGE: bridge.url }),
    accessTokenSeconds: 300,
    headless: true,
    progress,
  })
  parts.defer(world.close)
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true })
  })
  stopped.catch(() => undefined)
  const job = (async () => {
    await signInFromPalette(world, options)
    signedIn.resolve(undefined)
    progress('Starting the MCP server in VS Code and calling deployment_costs…')
    return await tool.promise
  })().catch(async (error: unknown) => {
    await pictureAll(world, join(ROOT, 'test-results'))
    throw error
  })
  job.catch(() => undefined)
  const toolResult = await Promise.race([job, stopped])
  return facts(world, toolResult)
}

async function signInFromPalette(
  world: World,
  { screenshots, progress }: MainJobOptions,
): Promise<void> {
  const { context, deployment, workbench } = world
  const picture = createPictures(screenshots)
  const page = await context.newPage()
  await openWorkbench(page, workbench.url)
  await picture(page, 'workbench')
  progress('Running “Signet: Sign In to MCP Server…” from the command palette…')
  const server = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Cloud costs' })
  await runCommand(page, 'Signet: Sign In to MCP Server', server)
  await picture(page, 'choose-server')
  const opened = context.waitForEvent('page')
  await pickRow(page, 'Cloud costs')
  const consent = await opened
  const allow = consent.getByRole('button', { name: 'Allow' })
  await allow.waitFor()
  await picture(page, 'waiting')
  await picture(consent, 'consent')
  await allow.click()
  await consent.getByText(/close this page/i).waitFor()
  await picture(consent, 'back-to-editor')
  await consent.close()
  const { host } = new URL(deployment.mcpServer.url)
  await notification(page, `Signed in to ${host}`).waitFor()
  await picture(page, 'signed-in')
}

function createPictures(folder: string | undefined) {
  let count = 0
  return async (page: Page, name: string) => {
    if (folder === undefined) return
    await mkdir(folder, { recursive: true })
    count += 1
    await page.screenshot({ path: join(folder, `${count}-${name}.png`) })
  }
}

/** Every open tab as it stands, for finding out why a run failed. */
async function pictureAll({ context }: World, folder: string): Promise<void> {
  for (const [index, page] of context.pages().entries())
    await page.screenshot({ path: join(folder, `failed-${index + 1}.png`) })
}

function facts({ deployment }: World, toolResult: string): MainJobFacts {
  const { record } = deployment.authorizationServer
  const call = deployment.mcpServer.requests.find(({ method }) => method === 'tools/call')
  return {
    documentFetched: record.documentFetches.at(-1) ?? '',
    redirectUri: record.authorizations.at(-1)?.redirectUri ?? '',
    aud: call?.aud ?? '',
    clientId: call?.clientId ?? '',
    toolResult,
  }
}
