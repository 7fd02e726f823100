import { equal, match } from 'node:assert/strict'
import { commands, window } from 'vscode'
import { browserWill, itClicks, serverUrl, signIn, signOutEverywhere } from './harness.ts'
import { outside } from './outside.ts'

describe('Finding out why (C, D)', () => {
  after(async () => {
    await signOutEverywhere()
    await commands.executeCommand('workbench.action.closeAllEditors')
  })

  it('diagnoses a server in a read-only tab, without a sign-in', async () => {
    await commands.executeCommand('signet.diagnose', serverUrl())
    match(window.activeTextEditor?.document.getText() ?? '', /A sign-in can work here/)
    equal(window.activeTextEditor?.document.isUntitled, false)
  })

  it('shows the trace of a sign-in, step by step', async () => {
    await browserWill('allow')
    await signIn()
    await commands.executeCommand('signet.showTrace')
    const text = window.activeTextEditor?.document.getText() ?? ''
    for (const step of ['challenge', 'issuer-metadata', 'identity', 'token', 'session'])
      match(text, new RegExp(`^\\S+ {2}ok {6}${step}$`, 'm'))
  })

  it('says of a build without an origin that it has no published identity (decision 12)', async () => {
    const text = await commands.executeCommand<string>('signet.checkIdentity')
    match(text, /^https:\/\/signet\.example\/oauth\/client\.json\n/)
    match(text, /its address is a reserved name/)
    equal(window.activeTextEditor?.document.getText(), text)
  })

  itClicks('copies diagnostics that name no account', async () => {
    const report = await commands.executeCommand<string>('signet.copyDiagnostics')
    match(report, /Ways back: /)
    match(report, /Sessions: 1/)
    equal(report.includes('ada@example.test'), false)
    equal(await outside('clipboard'), report)
  })
})
