import { equal } from 'node:assert/strict'
import { env, Uri } from 'vscode'
import {
  browserWill,
  clearNotifications,
  itClicks,
  notificationText,
  seen,
  serverUrl,
  set,
  signIn,
  signOutEverywhere,
} from './harness.ts'
import { outside } from './outside.ts'

describe('The way back through the bounce page and the URI handler', () => {
  before(async () => await set('redirect', 'bounce'))
  after(async () => {
    await signOutEverywhere()
    await set('redirect', undefined)
  })

  itClicks('signs in with the same client_id and audience', async () => {
    await browserWill('allow')
    const session = await signIn()
    equal(session?.redirectUri, 'https://signet.example/callback')
    const issued = (await seen()).issued.at(-1)
    equal(issued?.aud, serverUrl())
    equal(issued.clientId, 'https://signet.example/oauth/client.json')
  })

  itClicks('is not disturbed by a callback that belongs to no sign-in (A5.35)', async () => {
    await browserWill('leave')
    const before = await seen()
    const attempt = signIn()
    const foreign = Buffer.from('code=stolen&state=not-ours').toString('base64url')
    await outside('visit', { url: await callbackAddress(`response=${foreign}`) })
    await outside('answer-open-page', { answer: 'allow' })
    equal((await attempt)?.redirectUri, 'https://signet.example/callback')
    equal((await seen()).issued.length, before.issued.length + 1, 'one exchange, for our own code')
  })
})

describe('The way straight to the editor (C1)', () => {
  before(async () => await set('redirect', 'direct'))
  after(async () => {
    await signOutEverywhere()
    await set('redirect', undefined)
  })

  it('is never taken in a browser: the main document and another way are', async () => {
    await browserWill('allow')
    const session = await signIn()
    equal(session?.clientId, 'https://signet.example/oauth/client.json')
    equal(/^http:\/\/127\.0\.0\.1:\d+\/callback$/.test(session.redirectUri ?? ''), true)
  })

  itClicks('takes no answer that belongs to no sign-in, and says so once', async () => {
    await clearNotifications()
    for (const state of ['not-ours', 'nor-this'])
      await outside('visit', { url: await callbackAddress(`code=stolen&state=${state}`) })
    await notificationText('No sign-in waits for this answer')
    equal(await outside('notification-count', { text: 'No sign-in waits for this answer' }), 1)
    await clearNotifications()
  })
})

/** Where a browser delivers a URI to this editor, as any page on this machine could ask it to. */
async function callbackAddress(query: string): Promise<string> {
  const { uriScheme: scheme } = env
  const uri = Uri.from({ scheme, authority: 'signet.signet-mcp', path: '/callback', query })
  return (await env.asExternalUri(uri)).toString(true)
}
