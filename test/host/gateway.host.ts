import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { commands } from 'vscode'
import {
  browserWill,
  clearNotifications,
  clickDialog,
  clickNotification,
  itClicks,
  notificationText,
  seen,
  serverUrl,
  set,
  signIn,
  signOutEverywhere,
} from './harness.ts'
import { callTool } from './mcp-tool.ts'
import { outside } from './outside.ts'

const CLIENT_ID = 'https://signet.example/oauth/client.json'

/** What the MCP server received since `from`. */
async function requestsSince(from: number) {
  return (await seen()).requests.slice(from)
}

async function accessTokenSeconds(seconds: number): Promise<void> {
  await outside('token-life', { accessTokenSeconds: seconds })
}

describe('VS Code’s own agent, through the gateway', () => {
  beforeEach(async () => await clearNotifications())
  /** Shown to other suites, such as the question whether an extension may use an account. */
  let earlier: readonly string[]
  before(async () => {
    await browserWill('allow')
    earlier = (await outside('dialogs')) as string[]
  })
  after(async () => {
    await accessTokenSeconds(300)
    await set('gateway', undefined)
    await signOutEverywhere()
  })

  it('calls a tool, and the gateway makes the request', async () => {
    ok(await signIn())
    const before = (await seen()).requests.length
    match(await callTool('deployment_costs', { environment: 'staging' }), /staging: 212\.25 EUR/)
    const requests = await requestsSince(before)
    ok(requests.some(({ method }) => method === 'tools/call'))
    equal(
      requests.some(({ byFetch }) => byFetch),
      false,
      'none is VS Code’s own',
    )
  })

  itClicks('is listed by “MCP: List Servers” under its own address', async () => {
    const shown = commands.executeCommand('workbench.mcp.listServer')
    const rows = (await outside('quick-pick-rows')) as string[]
    await shown
    const { host, pathname } = new URL(serverUrl())
    const row = rows.find((text) => text.includes(`${host}${pathname}`))
    match(row ?? rows.join('|'), /ada@example\.test/)
    match(row ?? '', /Running/)
  })

  it('keeps a stream open while its token of 5 seconds is renewed behind it', async () => {
    await signOutEverywhere()
    await accessTokenSeconds(5)
    await signIn()
    await callTool('deployment_costs', {})
    const from = await seen()
    const watching = callTool('watch_costs', {})
    const renewals = async () =>
      (await seen()).issued
        .slice(from.issued.length)
        .filter((token) => token.grant !== 'authorization_code').length
    // Each call goes through; some of them find a token that has expired meanwhile.
    while ((await renewals()) < 3) await callTool('deployment_costs', {})
    await outside('end-watches')
    equal(await watching, 'watched')
    const requests = await requestsSince(from.requests.length)
    ok(requests.length > 3)
    equal((await seen()).pagesOpened, from.pagesOpened, 'nobody was asked')
    await accessTokenSeconds(300)
  })

  itClicks('waits for more access, granted from one notification, and then goes on', async () => {
    await signOutEverywhere()
    await signIn()
    await callTool('deployment_costs', {})
    const before = await seen()
    const call = callTool('set_budget', { environment: 'staging', euros: 5 })
    // The editor's own question, because the tool changes something.
    await clickDialog('Yes')
    await clickNotification('needs more access', 'Allow…')
    equal(await call, 'budget of staging: 5.00 EUR')
    const last = (await seen()).requests.at(-1)
    deepEqual(last?.scope.split(' ').sort(), ['budget:write', 'costs:read'])
    equal((await seen()).pagesOpened, before.pagesOpened + 1)
  })

  itClicks('reads why, when more access is not granted', async () => {
    await signOutEverywhere()
    await signIn()
    await callTool('deployment_costs', {})
    const call = callTool('set_budget', { environment: 'staging', euros: 5 }).then(
      (text) => text,
      (error: unknown) => String(error),
    )
    await clickDialog('Yes')
    match(await notificationText('needs more access'), /Allow…/)
    await clearNotifications()
    match(await call, /Signet: Sign In to MCP Server/)
  })

  it('stops when the person stops using the server in chat, and starts again when they use it', async () => {
    equal(await commands.executeCommand('signet.stopUsingInChat', serverUrl()), true)
    const shown = async () =>
      (await commands.executeCommand('signet.stopUsingInChat', serverUrl())) === true
    equal(await shown(), false, 'it is in use no more')
    equal(await commands.executeCommand('signet.useInChat', serverUrl()), true)
    match(await callTool('deployment_costs', {}), /total/)
  })

  it('connects by itself when the gateway is switched off', async () => {
    await set('gateway', false)
    const before = (await seen()).requests.length
    // The editor hears of the setting before it restarts the server.
    let own = false
    while (!own) {
      await callTool('deployment_costs', {})
      own = (await requestsSince(before)).some(
        ({ method, byFetch }) => byFetch && method === 'tools/call',
      )
    }
    await set('gateway', undefined)
  })

  itClicks('never shows the editor’s own sign-in in any of it', async () => {
    const all = (await outside('dialogs')) as string[]
    const dialogs = all.filter((text) => !earlier.includes(text))
    deepEqual(
      dialogs.filter((text) => /wants to authenticate|client registration/i.test(text)),
      [],
    )
    const { authorizations } = await seen()
    deepEqual(new Set(authorizations.map(({ clientId }) => clientId)), new Set([CLIENT_ID]))
  })
})
