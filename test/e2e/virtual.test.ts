import { equal, match } from 'node:assert/strict'
import { join } from 'node:path'
import { packageRunner, type PackagedRunner } from '../host/package-runner.ts'
import { ROOT } from '../../scripts/run-tool.ts'
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

/** Has the files of the window, and a command that is there in virtual workspaces alone. */
const FILES_IN_MEMORY = {
  name: 'signet-test-files-in-memory',
  activationEvents: ['onFileSystem:signet-test-memory'],
  contributes: {
    commands: [{ command: 'signetTest.scheme', title: 'Signet Test: Say What This Folder Is' }],
    menus: {
      commandPalette: [
        { command: 'signetTest.scheme', when: 'virtualWorkspace == signet-test-memory' },
      ],
    },
  },
}

describe('In a virtual workspace, whose only folder is no folder of a disk (C7)', function () {
  this.timeout(240_000)
  let files: PackagedRunner
  let world: World

  before(async () => {
    files = await packageRunner(join(ROOT, 'test', 'e2e', 'files-in-memory.ts'), FILES_IN_MEMORY)
    world = await startWorld({
      siteDirectory: BUNDLED_SITE,
      vsixFiles: [PRODUCT_VSIX, files.vsix],
      settings: {},
      virtualFolder: 'signet-test-memory:/folder',
      env: () => ({}),
      accessTokenSeconds: 300,
      headless: true,
      progress: (line) => console.log(`    ${line}`),
    })
  })
  after(async () => {
    await world.close()
    await files.remove()
  })

  it('the extension is there: its view, its command, and a sign-in to its end', async () => {
    const { context, workbench, deployment } = world
    const editor = await context.newPage()
    await openWorkbench(editor, workbench.url)
    // The editor's own word for it, not the test's.
    await runCommand(
      editor,
      'Signet Test: Say What This Folder Is',
      notification(editor, 'This folder is signet-test-memory:/folder'),
    )

    await showView(editor)
    const welcome = editor.locator('.welcome-view-content').first()
    match(await welcome.innerText(), /not signed in to any MCP server/)

    const server = editor.locator('.quick-input-list .monaco-list-row', { hasText: 'Cloud costs' })
    await runCommand(editor, 'Signet: Sign In to MCP Server', server)
    const opened = context.waitForEvent('page')
    await pickRow(editor, 'Cloud costs')
    await (await opened).getByRole('button', { name: 'Allow' }).click()
    await notification(editor, 'Signed in to').waitFor()
    await accountRows(editor).waitFor()
    const { issued } = deployment.authorizationServer.record
    equal(issued[0]?.aud, deployment.mcpServer.url)
  })
})
