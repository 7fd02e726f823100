import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { commands, lm } from 'vscode'
import type { SessionInfo } from '@signet/core'
import {
  browserWill,
  clearNotifications,
  itClicks,
  notificationText,
  seen,
  serverUrl,
  signIn,
  signOut,
  signOutEverywhere,
} from './harness.ts'
import { callTool } from './mcp-tool.ts'
import { outside } from './outside.ts'

describe('The signed-in server in VS Code’s own MCP client', () => {
  let session: SessionInfo | undefined
  after(async () => await signOutEverywhere())

  it('starts with the token of the sign-in, and a tool call goes through', async () => {
    await browserWill('allow')
    session = await signIn()
    ok(session)
    const text = await callTool('deployment_costs', { environment: 'production' })
    match(text, /production: 1840\.50 EUR/)
    const request = (await seen()).requests.at(-1)
    equal(request?.aud, serverUrl())
    equal(request.clientId, 'https://signet.example/oauth/client.json')
  })

  itClicks('goes with its sign-out, and nobody is asked to sign in again', async () => {
    await clearNotifications()
    const [before, dialogs] = [await seen(), await outside('dialogs')]
    ok(session)
    await signOut(session)
    while (lm.tools.some(({ name }) => name.endsWith('deployment_costs'))) await setTimeout(200)
    await commands.executeCommand('workbench.mcp.startServer', '*')
    await notificationText('has revoked the session')
    equal(await outside('notification-count', { text: 'Sign In' }), 0)
    deepEqual(await outside('dialogs'), dialogs)
    equal((await seen()).pagesOpened, before.pagesOpened)
  })
})
