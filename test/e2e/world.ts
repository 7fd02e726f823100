import type { BrowserContext } from 'playwright-core'
import { startDeployment, type Deployment } from '../servers/deployment.ts'
import { loopbackHost } from '../servers/loopback-host.ts'
import { launchBrowser } from './browser.ts'
import { ensureWorkbench } from './workbench-install.ts'
import { startWorkbench, type Workbench } from './workbench.ts'

export interface WorldOptions {
  readonly siteDirectory: string
  readonly vsixFiles: readonly string[]
  /** Settings of VS Code beside the MCP server's entry. */
  readonly settings: Readonly<Record<string, unknown>>
  /** See WorkbenchOptions. */
  readonly folderSettings?: (deployment: Deployment) => Readonly<Record<string, unknown>>
  /** See WorkbenchOptions. */
  readonly virtualFolder?: string
  /** Environment of the extension host. */
  readonly env: (deployment: Deployment) => Readonly<Record<string, string>>
  readonly accessTokenSeconds: number
  readonly headless: boolean
  readonly progress: (line: string) => void
}

export interface World {
  readonly deployment: Deployment
  readonly workbench: Workbench
  /** One person's browser: what it stores is shared between its tabs and nobody else's. */
  readonly context: BrowserContext
  readonly close: () => Promise<void>
}

/**
 * Everything one sign-in needs, on loopback: published site, authorization server, MCP server, VS Code
 * with the VSIX, browser. What has started is stopped again when a later part fails.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const parts = new AsyncDisposableStack()
  try {
    const entry = await ensureWorkbench(options.progress)
    const deployment = await startDeployment({
      siteDirectory: options.siteDirectory,
      host: loopbackHost(),
      accessTokenSeconds: options.accessTokenSeconds,
      registration: false,
    })
    parts.defer(deployment.close)
    const workbench = await startWorkbench({
      entry,
      vsixFiles: options.vsixFiles,
      env: options.env(deployment),
      folderSettings: options.folderSettings?.(deployment),
      virtualFolder: options.virtualFolder,
      settings: {
        'signet.servers': [{ url: deployment.mcpServer.url, label: 'Cloud costs' }],
        ...options.settings,
      },
    })
    parts.defer(workbench.close)
    const site = {
      host: deployment.siteHost,
      port: deployment.site.port,
      spkiSha256: deployment.siteSpki,
    }
    const browser = await launchBrowser(site, options)
    parts.defer(async () => await browser.close())
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    })
    return { deployment, workbench, context, close: async () => await parts.disposeAsync() }
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}
