import { equal, match } from 'node:assert/strict'
import { deviceMessage } from '../../extension/src/device-words.ts'
import { plainL10n } from '../support/plain-l10n.ts'

const shown = (userCode: string, verificationUri: string) =>
  deviceMessage(
    { issuer: 'https://login.service.test', userCode, verificationUri, expiresAt: 0 },
    { id: '1' },
    plainL10n,
  )

describe('The code for another device (C1)', () => {
  it('is shown with the page it belongs on', () =>
    match(
      shown('WDJB-MJHT', 'https://login.service.test/device'),
      /service\.test\/device .* WDJB-MJHT\./,
    ))

  it('cannot bring a link or a command of the server into the notification', () => {
    const text = shown('A](command:evil)', 'https://login.service.test/[x](https://evil.test)')
    equal(/\]\(command:evil|evil\.test/.test(text), false)
    match(text, /open login\.service\.test and/)
    equal(shown('A'.repeat(500), 'https://login.service.test/').includes('A'.repeat(33)), false)
  })
})
