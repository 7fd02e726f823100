import { equal, rejects } from 'node:assert/strict'
import { createSignInMarks } from '../../extension/src/sign-in-marks.ts'
import { fakeClock, memorySecrets } from '../support/fake-ports.ts'

const SERVER = 'https://mcp.service.test/mcp'
const { signal } = new AbortController()

/** Two windows of one editor. */
function twoWindows() {
  const clock = fakeClock()
  const secrets = memorySecrets()
  const failures: unknown[] = []
  const open = (id: string) =>
    createSignInMarks(secrets, clock, id, (error) => void failures.push(error))
  return { clock, secrets, failures, one: open('1'), two: open('2') }
}

describe('Sign-ins of other windows (C3)', () => {
  it('can be seen while they last, in the other window alone', async () => {
    const { one, two } = twoWindows()
    const page = Promise.withResolvers<string>()
    const signIn = one.during(SERVER, async () => await page.promise)
    await new Promise(setImmediate)
    equal(await two.elsewhere(SERVER), true)
    equal(await two.elsewhere(`${SERVER}/other`), false)
    equal(await one.elsewhere(SERVER), false)
    let ended = false
    const waiting = two.ended(SERVER, signal).then(() => (ended = true))
    await new Promise(setImmediate)
    equal(ended, false)
    page.resolve('session')
    equal(await signIn, 'session')
    await waiting
    equal(await two.elsewhere(SERVER), false)
  })

  it('end for the others also when they fail', async () => {
    const { one, two } = twoWindows()
    await rejects(one.during(SERVER, () => Promise.reject(new Error('denied'))))
    equal(await two.elsewhere(SERVER), false)
    await two.ended(SERVER, signal)
  })

  it('of a window that ended in between are forgotten', async () => {
    const { one, two, clock } = twoWindows()
    void one.during(SERVER, () => new Promise(() => undefined))
    await new Promise(setImmediate)
    clock.advance(299_999)
    equal(await two.elsewhere(SERVER), true)
    clock.advance(1)
    equal(await two.elsewhere(SERVER), false)
  })

  it('leave the mark of a window that started later', async () => {
    const { one, two } = twoWindows()
    const [first, second] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
    const early = one.during(SERVER, async () => await first.promise)
    await new Promise(setImmediate)
    const late = two.during(SERVER, async () => await second.promise)
    await new Promise(setImmediate)
    first.resolve(undefined)
    await early
    equal(await one.elsewhere(SERVER), true)
    second.resolve(undefined)
    await late
    equal(await one.elsewhere(SERVER), false)
  })

  it('are hints: a storage that fails is reported and hinders nobody', async () => {
    const { one, secrets, failures } = twoWindows()
    secrets.fail('get', true)
    secrets.fail('set', true)
    equal(await one.elsewhere(SERVER), false)
    equal(await one.during(SERVER, () => Promise.resolve('session')), 'session')
    equal(failures.length, 3)
  })

  it('need not be waited for', async () => {
    const { one, two } = twoWindows()
    void one.during(SERVER, () => new Promise(() => undefined))
    await new Promise(setImmediate)
    const controller = new AbortController()
    const waiting = two.ended(SERVER, controller.signal)
    controller.abort(new Error('enough'))
    await rejects(waiting, /enough/)
  })
})
