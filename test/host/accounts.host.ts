import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { authentication, commands } from 'vscode'
import type { SessionInfo } from '@signet/core'
import {
  browserWill,
  clearNotifications,
  claimsOf,
  clickDialog,
  itClicks,
  notificationText,
  row,
  seen,
  serverUrl,
  signIn,
  signOut,
  signOutEverywhere,
} from './harness.ts'
import { outside } from './outside.ts'

describe('Authentication provider and Accounts menu', () => {
  after(async () => await signOutEverywhere())

  itClicks('gives another extension nothing before the person has agreed', async () => {
    await browserWill('allow')
    await signIn()
    const scopes = [`resource=${serverUrl()}`]
    equal(await authentication.getSession('signet', scopes, { silent: true }), undefined)
    const asked = authentication.getSession('signet', scopes, { createIfNone: true })
    await clickDialog('Cancel')
    await rejects(Promise.resolve(asked))
  })

  itClicks(
    'gives an agreed extension an access token of that server, and no refresh token',
    async () => {
      const scopes = [`resource=${serverUrl()}`]
      const asked = authentication.getSession('signet', scopes, { createIfNone: true })
      await clickDialog('Allow')
      await outside('pick', { text: 'ada@example.test' })
      const session = await asked
      const claims = claimsOf(session.accessToken)
      equal(claims.aud, serverUrl())
      equal(claims.client_id, 'https://signet.example/oauth/client.json')
      equal('refreshToken' in session, false)
    },
  )

  itClicks('lists the session in the Accounts menu', async () => {
    const labels = (await outside('accounts')) as string[]
    ok(
      labels.some((label) => label.includes('ada@example.test')),
      labels.join(', '),
    )
  })

  itClicks('asks for more where another extension names more scopes (C6)', async () => {
    await browserWill('allow')
    const scopes = [`resource=${serverUrl()}`, 'budget:write']
    const asked = authentication.getSession('signet', scopes, { createIfNone: true })
    await clickDialog('Allow')
    const session = await asked
    deepEqual([...session.scopes].sort(), ['budget:write', 'costs:read'])
  })

  itClicks('signs out from the Accounts menu, and revokes (C6)', async () => {
    await clearNotifications()
    const before = await seen()
    await outside('accounts-sign-out', { text: 'ada@example.test' })
    const revoked = async () => (await seen()).revoked.slice(before.revoked.length)
    // A notification of an earlier sign-out may come late; what the server saw does not lie.
    while (!(await revoked()).some((token) => token.startsWith('refresh_token')));
    await notificationText('has revoked the session')
  })
})

describe('Accounts of one server (C5)', () => {
  const sessions: SessionInfo[] = []
  const kept = (session: SessionInfo | undefined) => {
    ok(session, 'signed in')
    sessions.push(session)
    return session
  }

  afterEach(async () => {
    await outside('token-life', { accessTokenFormat: 'jwt' })
    for (const session of sessions.splice(0)) await signOut(session)
  })

  itClicks('names an account that the server does not name, once', async () => {
    await outside('token-life', { accessTokenFormat: 'opaque' })
    await browserWill('allow')
    const first = signIn()
    await outside('type', { text: 'work', accept: true })
    const work = kept(await first)
    equal(work.accountLabel, 'work')
    const second = signIn()
    await outside('type', { text: 'work', accept: false })
    await outside('input-says', { text: 'Another account of this server' })
    await outside('type', { text: 'private', accept: true })
    const other = kept(await second)
    equal(other.accountLabel, 'private')
    notEqual(other.id, work.id)
    const again = await commands.executeCommand<SessionInfo>('signet.signInAgain', row(other))
    equal(again.accountLabel, 'private')
    equal(again.id, other.id)
  })

  itClicks('switches the account that chat uses', async () => {
    await browserWill('allow', 'ada@example.test')
    const ada = kept(await signIn())
    const switched = commands.executeCommand<SessionInfo>('signet.switchAccount', serverUrl())
    await browserWill('allow', 'grace@example.test')
    await outside('pick', { text: 'Another account' })
    equal(kept(await switched).accountLabel, 'grace@example.test')
    await notificationText('as grace@example.test now')
    const back = commands.executeCommand<SessionInfo>('signet.switchAccount', serverUrl())
    await outside('type', { text: 'ada@example.test', accept: true })
    const used = await back
    equal(used.accountLabel, 'ada@example.test')
    equal(used.id, ada.id)
  })
})
