import { equal } from 'node:assert/strict'
import { BUNDLED_SITE, PRODUCT_VSIX } from './artefacts.ts'
import { notification, openWorkbench, pickRow, runCommand } from './palette.ts'
import { startWorld, type World } from './world.ts'

const EVIL = 'http://127.0.0.3:1/mcp'

describe('In Restricted Mode, in a folder whose settings and container would lead a sign-in elsewhere (C7)', function () {
  this.timeout(240_000)
  let world: World

  before(async () => {
    world = await startWorld({
      siteDirectory: BUNDLED_SITE,
      vsixFiles: [PRODUCT_VSIX],
      settings: {},
      folderSettings: ({ mcpServer, authorizationServer: { issuer } }) => ({
        'signet.servers': [{ url: EVIL, label: 'From the folder' }],
        'signet.redirect': 'bounce',
        'signet.gateway': false,
        'signet.registration.publishedDocument': false,
        'signet.registration.clients': [{ issuer, clientId: 'of-the-folder' }],
        'signet.scopes': { [mcpServer.url]: ['costs:write'] },
        'signet.authorizationParameters': { [issuer]: { login_hint: 'mallory@example.test' } },
      }),
      env: () => ({}),
      accessTokenSeconds: 300,
      headless: true,
      progress: (line) => console.log(`    ${line}`),
    })
  })
  after(async () => await world.close())

  it('the person’s own settings count, and the commands work', async () => {
    const { context, workbench, deployment } = world
    const editor = await context.newPage()
    await openWorkbench(editor, workbench.url)
    await editor.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor()

    const rows = editor.locator('.quick-input-list .monaco-list-row')
    await runCommand(
      editor,
      'Signet: Sign In to MCP Server',
      rows.filter({ hasText: 'Cloud costs' }),
    )
    equal(await rows.filter({ hasText: 'From the folder' }).count(), 0)
    const opened = context.waitForEvent('page')
    await pickRow(editor, 'Cloud costs')
    const consent = await opened
    await consent.getByRole('button', { name: 'Allow' }).click()
    await notification(editor, 'Signed in to').waitFor()

    const { record } = deployment.authorizationServer
    const [authorization] = record.authorizations
    equal(authorization?.clientId, 'https://signet.example/oauth/client.json')
    equal(/^http:\/\/127\.0\.0\.1:\d+\/callback$/.test(authorization.redirectUri), true)
    equal(record.issued[0]?.scope, 'costs:read')

    await runCommand(editor, 'Signet: Sign Out', rows.filter({ hasText: deployment.mcpServer.url }))
    await rows.first().click()
    await notification(editor, 'has revoked the session').waitFor()
    equal(record.revoked.length > 0, true)
  })
})
