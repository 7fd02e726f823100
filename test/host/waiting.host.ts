import { equal, match } from 'node:assert/strict'
import { commands } from 'vscode'
import {
  browserWill,
  clearNotifications,
  clickNotification,
  itClicks,
  notificationText,
  seen,
  signIn,
  signOutEverywhere,
} from './harness.ts'
import { outside } from './outside.ts'

/** Clicks one of the links in the text of the waiting sign-in. */
async function clickWayOut(link: string): Promise<void> {
  await commands.executeCommand('notifications.showList')
  await outside('notification-link', { text: 'Signing in to', link })
}

describe('While the browser is open (C1)', () => {
  beforeEach(async () => await clearNotifications())
  afterEach(async () => await signOutEverywhere())

  itClicks('the link can be copied, and signs in from another place', async () => {
    await browserWill('leave')
    const attempt = signIn()
    await outside('page-open')
    await clickWayOut('Copy Link')
    await notificationText('Signing in to')
    const link = new URL((await outside('clipboard')) as string)
    equal(link.searchParams.get('code_challenge_method'), 'S256')
    await outside('answer-open-page', { answer: 'allow' })
    equal((await attempt)?.accountLabel, 'ada@example.test')
  })

  itClicks('the address can be pasted where no redirect arrives', async () => {
    await browserWill('leave')
    const attempt = signIn()
    await outside('page-open')
    await browserWill('leave')
    await clickWayOut('Try Another Way')
    await outside('pick', { text: 'By pasting the address' })
    const address = (await outside('approve-unreachable')) as string
    await outside('type', { text: 'http://127.0.0.1:1/callback?code=x', accept: false })
    await outside('input-says', { text: 'not the address this sign-in ends on' })
    await outside('type', { text: address, accept: true })
    const session = await attempt
    equal(session?.redirectUri, address.slice(0, address.indexOf('?')))
  })

  itClicks('another way is one link away, and the first page is then worth nothing', async () => {
    await browserWill('leave')
    const before = await seen()
    const attempt = signIn()
    await outside('page-open')
    await browserWill('allow')
    await clickWayOut('Try Another Way')
    await outside('pick', { text: 'Through the published page' })
    equal((await attempt)?.redirectUri, 'https://signet.example/callback')
    equal((await seen()).issued.length, before.issued.length + 1)
  })

  itClicks('asking again opens the page again and shares the sign-in', async () => {
    await browserWill('leave')
    const first = signIn()
    await outside('page-open')
    await browserWill('allow')
    const second = signIn()
    const [one, two] = await Promise.all([first, second])
    equal(one?.id, two?.id)
  })

  itClicks('pasting without a sign-in says so', async () => {
    await commands.executeCommand('signet.pasteRedirectUrl')
    match(await notificationText('No sign-in is waiting'), /waiting/)
  })

  itClicks('cancelling leaves no message behind', async () => {
    await browserWill('leave')
    const attempt = signIn()
    await outside('page-open')
    await clickNotification('Signing in to', 'Cancel')
    equal(await attempt, undefined)
    await commands.executeCommand('notifications.showList')
    equal(await outside('notification-count', { text: '' }), 0)
  })
})
