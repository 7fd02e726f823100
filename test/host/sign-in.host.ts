import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { commands, extensions } from 'vscode'
import {
  browserWill,
  clearNotifications,
  clickNotification,
  itClicks,
  notificationText,
  seen,
  serverUrl,
  set,
  signIn,
  signOutEverywhere,
} from './harness.ts'
import { freePort, holdPort, isListening } from '../support/loopback-probe.ts'
import { outside } from './outside.ts'
import { wordsFor } from './words.ts'

const CLIENT_ID = 'https://signet.example/oauth/client.json'

/** The port of a loopback redirect URI. */
function loopbackPort(redirectUri: string | undefined): number {
  const port = /^http:\/\/127\.0\.0\.1:(\d+)\/callback$/.exec(redirectUri ?? '')?.[1]
  ok(port, redirectUri)
  return Number(port)
}

const PORTS = [28630, 28631, 28632, 28633]

/** Which of the published ports are in use, also by others on this machine. */
async function listeningPorts(): Promise<readonly boolean[]> {
  return await Promise.all(PORTS.map(isListening))
}

/** What the server is told when neither the document nor a registration may speak for this client. */
const NOBODY = { issuer: '', reasons: [] }

describe('Sign In to MCP Server (palette command)', () => {
  beforeEach(async () => await clearNotifications())
  afterEach(async () => await signOutEverywhere())

  it('is the packaged extension, whose manifest declares what it registers', async () => {
    const extension = extensions.getExtension('signet.signet-mcp')
    ok(extension, 'installed')
    ok(extension.extensionPath.includes('signet.signet-mcp-'), 'from the VSIX')
    await extension.activate()
    const manifest = extension.packageJSON as {
      contributes: { commands: { command: string }[] }
    }
    const registered = await commands.getCommands(true)
    for (const { command } of manifest.contributes.commands) ok(registered.includes(command))
  })

  it('signs in with the document as client_id and a published port (A3.19, A8.49)', async () => {
    await browserWill('allow')
    const before = await seen()
    const session = await signIn()
    equal(session?.clientId, CLIENT_ID)
    equal(session.registration, 'cimd')
    const port = loopbackPort(session.redirectUri)
    equal(session.accountLabel, 'ada@example.test')
    const after = await seen()
    deepEqual(after.issued.slice(before.issued.length), [
      {
        grant: 'authorization_code',
        clientId: CLIENT_ID,
        aud: serverUrl(),
        scope: 'costs:read',
      },
    ])
    equal(await isListening(port), false, 'the listener is closed')
  })

  itClicks('says who is signed in now', async () => {
    await browserWill('allow', 'grace@example.test')
    await signIn()
    match(await notificationText('Signed in to'), /grace@example\.test/)
  })

  it('takes another port when one is taken (A8.49)', async () => {
    await browserWill('allow')
    const first = loopbackPort((await signIn())?.redirectUri)
    await using taken = await holdPort(first)
    ok(taken)
    const all = (await listeningPorts()).every(Boolean)
    const second = loopbackPort((await signIn())?.redirectUri)
    notEqual(second, first)
    ok(all || PORTS.includes(second), `${second} is published`)
  })

  it('asks for the scopes that the person has set for this server, and for no others', async () => {
    await browserWill('allow')
    await set('scopes', { [serverUrl()]: ['budget:write'] })
    const session = await signIn()
    deepEqual(session?.scopes, ['budget:write'])
    equal((await seen()).authorizations.at(-1)?.scope, 'budget:write offline_access')
    await set('scopes', undefined)
  })

  itClicks('shows nobody the document that the person has switched off', async () => {
    await set('registration.publishedDocument', false)
    const before = await seen()
    const attempt = signIn()
    match(await notificationText(wordsFor('no_client_identity', NOBODY)), /Open Settings/)
    await clearNotifications()
    equal(await attempt, undefined)
    await set('registration.publishedDocument', undefined)
    deepEqual(await seen(), before, 'no page, and no request in anybody’s name')
  })

  itClicks('says so calmly when the person denies, and keeps nothing', async () => {
    await browserWill('deny')
    const attempt = signIn()
    const words = wordsFor('authorization_denied', { issuer: '' })
    await clickNotification(words, 'Try Again')
    await browserWill('allow')
    ok(await attempt, 'the offered next action leads to a session')
  })

  itClicks('closes the listener and stays silent when the person cancels', async () => {
    await browserWill('leave')
    const before = await listeningPorts()
    const attempt = signIn()
    // A page that is on its way opens whatever the person does now, and would be another test’s.
    await outside('page-open')
    await clickNotification('Signing in to', 'Cancel')
    equal(await attempt, undefined)
    deepEqual(await listeningPorts(), before)
  })

  it('joins a second sign-in to the same server', async () => {
    await browserWill('allow')
    const before = await seen()
    const [first, second] = await Promise.all([signIn(), signIn()])
    equal(first?.id, second?.id)
    equal((await seen()).pagesOpened, before.pagesOpened + 1)
  })

  it('revokes at the server when signing out, and nothing is left', async () => {
    await browserWill('allow')
    await signIn()
    const before = await seen()
    equal(await commands.executeCommand('signet.signOut', serverUrl()), true)
    const revoked = (await seen()).revoked.slice(before.revoked.length)
    ok(revoked.includes(`refresh_token ${CLIENT_ID}`))
    equal(await commands.executeCommand('signet.signOut', serverUrl()), false, 'nothing is left')
  })
})

describe('A sign-in that cannot work (palette command)', () => {
  beforeEach(async () => await clearNotifications())

  const cases = [
    ['ftp://example.com/mcp', wordsFor('server_url_invalid', { reason: 'scheme' })],
    ['not a url', wordsFor('server_url_invalid', { reason: 'not-a-url' })],
    ['http://example.com/mcp', wordsFor('server_url_insecure', { host: 'example.com' })],
  ] as const
  for (const [url, words] of cases) {
    itClicks(`says why for ${url}, with a next action`, async () => {
      const attempt = signIn(url)
      const shown = await notificationText(words)
      match(shown, /Try Again|Show Log/)
      await clearNotifications()
      equal(await attempt, undefined)
    })
  }

  itClicks('says that a certificate is not trusted, and which setting may help', async () => {
    const url = (await outside('untrusted-server')) as string
    const { host } = new URL(url)
    const words = wordsFor('server_unreachable', { host, reason: 'tls' })
    const attempt = signIn(url)
    const shown = await notificationText(words)
    match(shown, /http\.systemCertificates/)
    match(shown, /Try Again/)
    await clearNotifications()
    equal(await attempt, undefined)
  })

  itClicks('says that nothing listens at an address, and offers another try', async () => {
    const port = await freePort()
    const words = wordsFor('server_unreachable', { host: `127.0.0.1:${port}`, reason: 'refused' })
    const attempt = signIn(`http://127.0.0.1:${port}/mcp`)
    match(await notificationText(words), /Try Again/)
    await clearNotifications()
    equal(await attempt, undefined)
  })
})
