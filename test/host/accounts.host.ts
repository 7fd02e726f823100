import { equal, ok, rejects } from 'node:assert/strict'
import { authentication } from 'vscode'
import {
  browserWill,
  claimsOf,
  clickDialog,
  itClicks,
  serverUrl,
  signIn,
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
})
