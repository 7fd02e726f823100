import { equal, ok } from 'node:assert/strict'
import { commands, env, Uri } from 'vscode'
import { browserWill, seen, serverUrl, set, signIn, signOutEverywhere } from './harness.ts'
import { isListening } from './loopback-probe.ts'

describe('The way back through the bounce page and the URI handler', () => {
  before(async () => await set('redirect', 'bounce'))
  after(async () => {
    await signOutEverywhere()
    await set('redirect', undefined)
  })

  it('signs in without opening a port, with the same client_id and audience', async () => {
    await browserWill('allow')
    const attempt = signIn()
    equal(await isListening(28630), false)
    const session = await attempt
    equal(session?.redirectUri, 'https://signet.example/callback')
    const issued = (await seen()).issued.at(-1)
    equal(issued?.aud, serverUrl())
    equal(issued.clientId, 'https://signet.example/oauth/client.json')
  })

  it('ignores a callback that belongs to no sign-in of this window (A5.2)', async () => {
    await browserWill('leave')
    const before = await seen()
    const response = Buffer.from('code=stolen&state=not-ours').toString('base64url')
    const uri = Uri.from({
      scheme: env.uriScheme,
      authority: 'signet.signet-mcp',
      path: '/callback',
      query: `response=${response}`,
    })
    ok(await env.asExternalUri(uri), 'a callback address exists in this editor')
    await commands.executeCommand('signet.showLog')
    equal((await seen()).issued.length, before.issued.length)
  })
})
