import { commands, ConfigurationTarget, workspace } from 'vscode'
import {
  browserWill,
  clearNotifications,
  clickNotification,
  itClicks,
  serverUrl,
  signIn,
  signOutEverywhere,
} from './harness.ts'
import { outside } from './outside.ts'

const THEMES = { light: 'Default Light Modern', dark: 'Default Dark Modern' } as const

async function setTheme(theme: string | undefined): Promise<void> {
  const workbench = workspace.getConfiguration('workbench')
  await workbench.update('colorTheme', theme, ConfigurationTarget.Global)
}

describe('What people see, pictured in test-results (C7)', () => {
  afterEach(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors')
    await setTheme(undefined)
    await signOutEverywhere()
  })

  for (const [name, theme] of Object.entries(THEMES)) {
    itClicks(`in a ${name} theme`, async () => {
      const picture = async (surface: string, shows: string) =>
        await outside('picture', { name: `${surface}-${name}`, shows })
      await setTheme(theme)
      await browserWill('allow')
      await signIn()
      await clearNotifications()
      await commands.executeCommand('signet.sessions.focus')
      await picture('view', 'ada@example.test')
      await commands.executeCommand('signet.showTrace')
      await picture('trace', 'authorization-request')
      await commands.executeCommand('signet.diagnose', serverUrl())
      await picture('diagnose', 'A sign-in can work here')
      await commands.executeCommand('workbench.action.openWalkthrough', 'signet.signet-mcp#start')
      await picture('walkthrough', 'Sign in to a server')
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
