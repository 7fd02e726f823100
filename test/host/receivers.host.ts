import { equal } from 'node:assert/strict'
import { env, Uri } from 'vscode'
import {
  browserWill,
  itClicks,
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

/** Where a browser delivers a URI to this editor, as any page on this machine could ask it to. */
async function callbackAddress(query: string): Promise<string> {
  const { uriScheme: scheme } = env
  const uri = Uri.from({ scheme, authority: 'signet.signet-mcp', path: '/callback', query })
  return (await env.asExternalUri(uri)).toString(true)
}
