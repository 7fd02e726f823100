import { startEditor } from './editor.ts'
import { startDeployment } from '../../test/servers/deployment.ts'
import { loopbackHost } from '../../test/servers/loopback-host.ts'
import { BUNDLED_SITE, PRODUCT_VSIX } from '../../test/e2e/artefacts.ts'

/** Starts everything, says what to try, and stops everything when the person presses Ctrl-C. */
export async function showDemo(
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  await using parts = new AsyncDisposableStack()
  progress('Starting the site, the authorization server, the MCP server and VS Code…')
  const deployment = await startDeployment({
    siteDirectory: BUNDLED_SITE,
    host: loopbackHost(),
    accessTokenSeconds: 300,
    registration: false,
  })
  parts.defer(deployment.close)
  const editor = await startEditor({
    vsix: PRODUCT_VSIX,
    settings: {
      'signet.servers': [{ url: deployment.mcpServer.url, label: 'Cloud costs' }],
      // The published page of a reserved name cannot be reached by your own browser.
      'signet.redirect': 'loopback',
    },
    progress,
  })
  parts.defer(editor.close)
  console.log(`
${editor.where}

Three things to try:
  1. Press F1 and run “Signet: Sign In to MCP Server…”, choose “Cloud costs”, allow it in the browser.
  2. Press F1 and run “MCP: List Servers”, start the server you signed in to, and look at its tools.
  3. Open the Accounts menu at the bottom left; then press F1 and run “Signet: Sign Out…”.

MCP server: ${deployment.mcpServer.url}
Press Ctrl-C to stop; nothing is left behind.`)
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
    void editor.ended.then(resolve)
  })
  progress('Stopping…')
  return 0
}
