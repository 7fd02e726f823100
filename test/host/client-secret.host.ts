import { equal, ok } from 'node:assert/strict'
import { commands } from 'vscode'
import {
  browserWill,
  clearNotifications,
  clickNotification,
  itClicks,
  notificationText,
  seen,
  set,
  signIn,
  signOutEverywhere,
} from './harness.ts'
import { outside } from './outside.ts'
import { wordsFor } from './words.ts'

/** A private key nobody uses: made up, and never imported. */
const KEY_WITHOUT_NAME = JSON.stringify({ kty: 'EC', crv: 'P-256', d: 'AA', x: 'AA', y: 'AA' })

describe('The secret of a client registered by hand', () => {
  let issuer = ''
  const use = async (method: string) =>
    await set('registration.clients', [{ issuer, clientId: 'by-hand', method }])

  before(async () => {
    await browserWill('allow')
    const session = await signIn()
    ok(session)
    issuer = session.issuer
    await signOutEverywhere()
  })
  beforeEach(async () => await clearNotifications())
  after(async () => await set('registration.clients', undefined))

  itClicks('is asked for where it is missing, before any page opens', async () => {
    await use('client_secret_basic')
    const before = await seen()
    const attempt = signIn()
    const reasons = ['pre-registered: no secret stored'] as const
    const words = wordsFor('no_client_identity', { issuer: '', reasons })
    await clickNotification(words, 'Set Client Secret…')
    await outside('type', { text: 's3cret', accept: true })
    await notificationText('The secret of by-hand is stored.')
    equal(await attempt, undefined)
    equal((await seen()).pagesOpened, before.pagesOpened)
  })

  itClicks('is removed by entering nothing', async () => {
    const removed = commands.executeCommand<boolean>('signet.setClientSecret')
    await outside('type', { text: '', accept: true })
    equal(await removed, true)
    await notificationText('The secret of by-hand is removed.')
    const again = commands.executeCommand<boolean>('signet.setClientSecret')
    await outside('type', { text: '', accept: true })
    equal(await again, false, 'there is none any more')
  })

  itClicks(
    'is a private key where the client signs, and is looked at before it is stored',
    async () => {
      await use('private_key_jwt')
      const stored = commands.executeCommand<boolean>('signet.setClientSecret', issuer)
      await outside('type', { text: 's3cret', accept: false })
      await outside('input-says', { text: 'not a JSON Web Key' })
      await outside('type', { text: KEY_WITHOUT_NAME, accept: false })
      await outside('input-says', { text: 'has no kid' })
      const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
        'sign',
      ])
      const jwk = { ...(await crypto.subtle.exportKey('jwk', pair.privateKey)), kid: 'k1' }
      await outside('type', { text: JSON.stringify(jwk), accept: true })
      equal(await stored, true)
      await notificationText('The secret of by-hand is stored.')
      const removed = commands.executeCommand<boolean>('signet.setClientSecret', issuer)
      await outside('type', { text: '', accept: true })
      equal(await removed, true)
    },
  )

  itClicks('has its client in the settings first', async () => {
    await set('registration.clients', undefined)
    const attempt = commands.executeCommand<boolean>('signet.setClientSecret')
    await notificationText('No client in the settings has a secret.')
    await clearNotifications()
    equal(await attempt, false)
  })
})
