import { equal, ok } from 'node:assert/strict'
import { SignInError, type OpenReceiver } from '@signet/core'
import {
  createPasteSlot,
  pasteReceiver,
  readPasted,
  withPaste,
} from '../../extension/src/paste-receiver.ts'
import { expectCode } from '../support/expect-code.ts'

const REDIRECT = 'http://127.0.0.1:28630/callback'
const { signal } = new AbortController()

describe('A pasted address (C1, A5.35)', () => {
  const refused: [string, string][] = [
    [`http://127.0.0.1:28631/callback?code=c&state=s`, 'other-address'],
    [`http://127.0.0.1:28630/callback/?code=c&state=s`, 'other-address'],
    [`HTTP://127.0.0.1:28630/callback?code=c&state=s`, 'other-address'],
    [`https://evil.test/?u=${REDIRECT}?code=c&state=s`, 'other-address'],
    ['the code is 1234', 'other-address'],
    [`${REDIRECT}?state=s`, 'no-answer'],
    [`${REDIRECT}?code=c&state=other`, 'other-sign-in'],
    [`${REDIRECT}?code=c`, 'other-sign-in'],
    [`${REDIRECT}?code=${'c'.repeat(20_000)}&state=s`, 'too-long'],
  ]
  for (const [text, problem] of refused) {
    it(`${text.slice(0, 60)}: ${problem}`, () => equal(readPasted(text, REDIRECT, 's'), problem))
  }

  it('is taken with the blanks and the fragment a browser adds', () => {
    const parameters = readPasted(` ${REDIRECT}?code=a%2Bb&state=s#_=_\n`, REDIRECT, 's')
    ok(typeof parameters !== 'string')
    equal(parameters.get('code'), 'a+b')
  })

  it('that says no is an answer as well', () =>
    ok(typeof readPasted(`${REDIRECT}?error=access_denied&state=s`, REDIRECT, 's') !== 'string'))
})

describe('Pasting while another way waits', () => {
  /** A receiver that nothing ever reaches. */
  const silent: OpenReceiver = async () => ({
    kind: 'loopback',
    redirectUri: REDIRECT,
    encodeState: (nonce) => nonce,
    receive: async (_state, waitSignal) =>
      await new Promise((_resolve, reject) =>
        waitSignal.addEventListener('abort', () => reject(new SignInError('cancelled', {})), {
          once: true,
        }),
      ),
    close: async () => undefined,
  })

  it('completes the sign-in on the redirect URI that was sent', async () => {
    const slot = createPasteSlot()
    const receiver = await withPaste(silent, slot)(signal)
    const arrival = receiver.receive('s', signal)
    equal(slot.problemWith(`${REDIRECT}?code=c&state=s`), undefined)
    equal(slot.deliver(`${REDIRECT}?code=c&state=s`), true)
    equal((await arrival).redirectUri, REDIRECT)
    equal(slot.deliver(`${REDIRECT}?code=c&state=s`), false, 'delivered once')
  })

  it('leaves the wait alone when the address belongs to another sign-in', async () => {
    const slot = createPasteSlot()
    const receiver = await withPaste(silent, slot)(signal)
    const arrival = receiver.receive('s', signal)
    equal(slot.deliver(`${REDIRECT}?code=stolen&state=theirs`), false)
    equal(slot.deliver(`${REDIRECT}?code=c&state=s`), true)
    equal((await arrival).parameters.get('code'), 'c')
  })

  it('takes nothing once the sign-in has ended', async () => {
    const slot = createPasteSlot()
    const ending = new AbortController()
    const receiver = await pasteReceiver(REDIRECT, slot)(signal)
    const arrival = receiver.receive('s', ending.signal)
    ending.abort()
    await expectCode(arrival, 'cancelled')
    equal(slot.deliver(`${REDIRECT}?code=c&state=s`), false)
  })

  it('waits for the second request when a sign-in asks twice', async () => {
    const slot = createPasteSlot()
    const receiver = await withPaste(silent, slot)(signal)
    const first = receiver.receive('one', signal)
    slot.deliver(`${REDIRECT}?error=invalid_scope&state=one`)
    await first
    const second = receiver.receive('two', signal)
    equal(slot.deliver(`${REDIRECT}?code=c&state=two`), true)
    equal((await second).parameters.get('code'), 'c')
  })
})
