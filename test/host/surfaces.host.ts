import { ok } from 'node:assert/strict'
import { authentication, commands, ConfigurationTarget, workspace } from 'vscode'
import type { SessionInfo } from '@signet/core'
import {
  browserWill,
  clearNotifications,
  clickNotification,
  itClicks,
  serverUrl,
  set,
  signIn,
  signOut,
} from './harness.ts'
import { freePort } from '../support/loopback-probe.ts'
import { outside } from './outside.ts'

const THEMES = { light: 'Default Light Modern', dark: 'Default Dark Modern' } as const

/** Each step of the walkthrough, and what stands beside it. */
const STEPS = [
  ['Sign in to a server', 'One sign-in, in your browser'],
  ['See where you are signed in', 'Servers, accounts, scopes'],
  ['Let chat use a server', 'Tools for your agent'],
  ['Find out what is wrong', 'When something does not work'],
] as const

async function setTheme(theme: string | undefined): Promise<void> {
  const workbench = workspace.getConfiguration('workbench')
  await workbench.update('colorTheme', theme, ConfigurationTarget.Global)
}

describe('What people see, pictured in test-results (C7)', () => {
  let another = ''
  const sessions: SessionInfo[] = []
  const signedIn = async (url = serverUrl()) => {
    const session = await signIn(url)
    ok(session)
    sessions.push(session)
  }
  before(async () => {
    another = (await outside('another-server')) as string
    await set('servers', [
      { url: serverUrl(), label: 'Cloud costs' },
      { url: another, label: 'Build minutes' },
    ])
  })
  afterEach(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors')
    await setTheme(undefined)
    await outside('token-life', { accessTokenSeconds: 300, refreshTokenSeconds: 86_400 })
    for (const session of sessions.splice(0)) await signOut(session)
  })
  after(async () => await set('servers', [{ url: serverUrl(), label: 'Cloud costs' }]))

  for (const [name, theme] of Object.entries(THEMES)) {
    const picture = async (surface: string, shows: string) =>
      await outside('picture', { name: `${surface}-${name}`, shows })

    itClicks(`the view, empty and with its rows, in a ${name} theme`, async () => {
      await setTheme(theme)
      await commands.executeCommand('signet.sessions.focus')
      await picture('view-empty', 'You are not signed in to any MCP server yet')
      await browserWill('allow')
      await signedIn()
      await outside('token-life', { accessTokenSeconds: 1, refreshTokenSeconds: 1 })
      await browserWill('allow', 'grace@example.test')
      await signedIn()
      await outside('token-life', { accessTokenSeconds: 300, refreshTokenSeconds: 86_400 })
      await browserWill('allow')
      await signedIn(another)
      // A session that its server has ended is found out when somebody needs a token.
      await authentication.getSession('signet', [`resource=${serverUrl()}`], { silent: true })
      await clearNotifications()
      await commands.executeCommand('signet.sessions.focus')
      await outside('rows', { text: 'needs a new sign-in' })
      await outside('unfold', { text: 'ada@example.test' })
      await outside('hover-row', { text: 'grace@example.test' })
      await picture('view', 'Accounts that need a new sign-in: 1')
    })

    itClicks(`a failure and a choice, in a ${name} theme`, async () => {
      await setTheme(theme)
      await browserWill('deny')
      const attempt = signIn()
      await outside('notification', { text: 'Access was not granted' })
      await picture('denied', 'Access was not granted')
      await clearNotifications()
      await attempt
      const unreachable = signIn(`http://127.0.0.1:${await freePort()}/mcp`)
      await outside('notification', { text: 'cannot be reached' })
      await picture('failure', 'cannot be reached')
      await clearNotifications()
      await unreachable
      const choice = commands.executeCommand('signet.signIn')
      await picture('choose-server', 'Build minutes')
      await commands.executeCommand('workbench.action.closeQuickOpen')
      await choice
    })

    itClicks(`trace and diagnosis, in a ${name} theme`, async () => {
      await setTheme(theme)
      await browserWill('allow')
      await signedIn()
      await clearNotifications()
      await commands.executeCommand('signet.sessions.focus')
      await commands.executeCommand('signet.showTrace')
      await picture('trace', 'authorization-request')
      await commands.executeCommand('signet.diagnose', serverUrl())
      await picture('diagnose', 'A sign-in can work here')
    })

    itClicks(`the four steps of the walkthrough, in a ${name} theme`, async () => {
      await setTheme(theme)
      await clearNotifications()
      await commands.executeCommand('workbench.action.closeSidebar')
      await commands.executeCommand('workbench.action.openWalkthrough', 'signet.signet-mcp#start')
      for (const [index, [title, beside]] of STEPS.entries()) {
        await outside('walkthrough-step', { title, beside })
        await picture(`walkthrough-${String(index + 1)}`, title)
      }
    })

    itClicks(`a sign-in that waits, in a ${name} theme`, async () => {
      await setTheme(theme)
      await commands.executeCommand('signet.sessions.focus')
      await commands.executeCommand('workbench.action.openWalkthrough', 'signet.signet-mcp#start')
      await browserWill('leave')
      const attempt = signIn()
      await outside('page-open')
      await outside('notification', { text: 'continue in your browser' })
      await picture('wait', 'Sign-in waits for your browser')
      await clickNotification('Signing in to', 'Cancel')
      await attempt
    })
  }
})
