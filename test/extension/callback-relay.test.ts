import { equal, ok } from 'node:assert/strict'
import type { Uri } from 'vscode'
import { createCallbackRelay } from '../../extension/src/callback-relay.ts'
import { createUriInbox, withRelay } from '../../extension/src/uri-receiver.ts'
import { expectCode } from '../support/expect-code.ts'
import { fakeClock, memorySecrets } from '../support/fake-ports.ts'

const REDIRECT = 'https://client.test/callback'
const { signal } = new AbortController()
const answer = (state: string) => new URLSearchParams({ code: 'a+b/c=', state })

/** Two windows of one editor. */
function twoWindows() {
  const secrets = memorySecrets()
  const clock = fakeClock()
  const open = () => createCallbackRelay(secrets, clock)
  return { secrets, clock, owner: open(), other: open() }
}

describe('A callback in the wrong window (C3, A8.54)', () => {
  it('reaches the window that waits for it, intact, and leaves nothing behind', async () => {
    const { owner, other, secrets } = twoWindows()
    const arrival = owner.waitFor('s', REDIRECT, signal)
    equal(await other.offer(answer('s')), 'taken')
    equal((await arrival).parameters.get('code'), 'a+b/c=')
    equal((await arrival).redirectUri, REDIRECT)
    equal(secrets.entries.size, 0)
  })

  it('is found by a window that begins to wait a moment later', async () => {
    const { owner, other } = twoWindows()
    const offered = other.offer(answer('s'))
    await new Promise(setImmediate)
    const arrival = owner.waitFor('s', REDIRECT, signal)
    equal(await offered, 'taken')
    ok(await arrival)
  })

  it('is stored under a hash, so that a name tells no state', async () => {
    const { other, secrets, clock } = twoWindows()
    const offered = other.offer(answer('the-state'))
    await new Promise(setImmediate)
    equal([...secrets.entries.keys()].join().includes('the-state'), false)
    clock.advance(60_000)
    await offered
  })

  it('that nobody waits for is deleted, and disturbs no other wait', async () => {
    const { owner, other, secrets, clock } = twoWindows()
    const ending = new AbortController()
    const arrival = owner.waitFor('mine', REDIRECT, ending.signal)
    const offered = other.offer(answer('theirs'))
    await new Promise(setImmediate)
    clock.advance(60_000)
    equal(await offered, 'nobody')
    equal(secrets.entries.size, 0)
    ending.abort()
    await expectCode(arrival, 'cancelled')
  })

  it('left behind by a window that ended is swept by the next', async () => {
    const { owner, other, secrets, clock } = twoWindows()
    await secrets.set('callback/v1/old', JSON.stringify({ at: clock.now(), parameters: 'code=x' }))
    await secrets.set('session/v1/kept', 'x')
    clock.advance(600_000)
    const arrival = owner.waitFor('s', REDIRECT, signal)
    await other.offer(answer('s'))
    await arrival
    equal([...secrets.entries.keys()].join(), 'session/v1/kept')
  })

  it('is not relayed without state, when it is huge, or in a flood', async () => {
    const { other, secrets, clock } = twoWindows()
    equal(await other.offer(new URLSearchParams({ code: 'x' })), 'nobody')
    equal(await other.offer(answer('s'.repeat(20_000))), 'nobody')
    const flood = Array.from({ length: 20 }, async (_, n) => await other.offer(answer(`s${n}`)))
    await new Promise(setImmediate)
    ok(secrets.entries.size <= 4)
    clock.advance(60_000)
    await Promise.all(flood)
  })

  it('is announced by the window it was meant for, once', async () => {
    const { owner, other } = twoWindows()
    let announced = 0
    const told = { relayed: () => (announced += 1), failed: () => undefined }
    const inbox = withRelay(
      createUriInbox(() => undefined),
      owner,
      told,
    )
    const arrival = inbox.waitFor('s', REDIRECT, signal)
    await other.offer(answer('s'))
    equal((await arrival).parameters.get('state'), 's')
    equal(announced, 1)
  })

  it('cannot be heard of when the store fails; this window is answered all the same', async () => {
    const { owner, secrets } = twoWindows()
    secrets.fail('get', true)
    const failures: unknown[] = []
    const told = { relayed: () => undefined, failed: (error: unknown) => failures.push(error) }
    const inbox = withRelay(
      createUriInbox(() => undefined),
      owner,
      told,
    )
    const arrival = inbox.waitFor('s', REDIRECT, signal)
    const response = Buffer.from('code=x&state=s').toString('base64url')
    await new Promise(setImmediate)
    void inbox.handleUri({ path: '/callback', query: `response=${response}` } as unknown as Uri)
    equal((await arrival).parameters.get('code'), 'x')
    equal(failures.length, 1)
  })
})
