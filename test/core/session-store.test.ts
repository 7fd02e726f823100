import { deepEqual, equal, ok } from 'node:assert/strict'
import { createSessionStore } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { accessOf, fakeWorld } from '../support/fake-world.ts'

const keysOf = (entries: Map<string, string>, prefix: string) =>
  [...entries.keys()].filter((key) => key.startsWith(prefix))

describe('Stored sessions', () => {
  it('are the only thing a sign-in leaves, under session/v1/ (A7.47)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    deepEqual([...world.secrets.entries.keys()], [`session/v1/${session.id}`])
  })

  it('that cannot be read are moved aside whole, reported, and hide no others', async () => {
    const world = fakeWorld()
    const broken = await world.signIn()
    world.secrets.entries.set(`session/v1/${broken.id}`, '{"formatVersion":1')
    const whole = await world.signIn()
    const { quarantined } = await expectCode(accessOf(world.client, broken), 'session_corrupt')
    equal(quarantined, broken.id)
    equal(world.secrets.entries.get(`quarantine/v1/${broken.id}`), '{"formatVersion":1')
    deepEqual(
      (await world.client.sessions.list()).map(({ id }) => id),
      [whole.id],
    )
  })

  it('of a newer version are left alone', async () => {
    const world = fakeWorld()
    const newer = JSON.stringify({ formatVersion: 99, anything: true })
    world.secrets.entries.set('session/v1/newer', newer)
    equal((await world.client.sessions.list()).length, 0)
    equal(world.secrets.entries.get('session/v1/newer'), newer)
  })

  it('of the same account are one session; accounts nobody named are never merged', async () => {
    const jwt = (sub: string) => `x.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.y`
    let account = 'ada'
    const world = fakeWorld({
      token: {
        get access_token() {
          return jwt(account)
        },
      },
    })
    const first = await world.signIn()
    equal((await world.signIn()).id, first.id)
    account = 'bob'
    ok((await world.signIn()).id !== first.id)
    equal(keysOf(world.secrets.entries, 'session/v1/').length, 2)

    const nameless = fakeWorld()
    await nameless.signIn()
    await nameless.signIn()
    equal(keysOf(nameless.secrets.entries, 'session/v1/').length, 2)
  })

  it('are listed without any token', async () => {
    const world = fakeWorld()
    await world.signIn()
    const listed = JSON.stringify(await world.client.sessions.list())
    equal(/the-(access|refresh)-token/.test(listed), false)
  })

  describe('that could not be saved', () => {
    /** A session whose renewed token is in this window's memory alone, beside another window. */
    async function unsaved(failing: readonly ('get' | 'set')[]) {
      const world = fakeWorld()
      const session = await world.signIn()
      const stored = world.secrets.entries.get(`session/v1/${session.id}`) ?? ''
      const store = createSessionStore(world.secrets)
      const whole = await store.load(session.id)
      ok(whole)
      for (const operation of failing) world.secrets.fail(operation, true)
      await expectCode(store.save({ ...whole, accessToken: 'renewed' }), 'store_unavailable')
      for (const operation of failing) world.secrets.fail(operation, false)
      return { id: session.id, secrets: world.secrets, store, stored }
    }

    for (const failing of [['set'], ['get', 'set']] as const) {
      it(`are the only copy, and served (A6.41): ${failing.join(' and ')} failed`, async () => {
        const { id, store } = await unsaved(failing)
        equal((await store.load(id))?.accessToken, 'renewed')
        equal((await store.load(id))?.accessToken, 'renewed')
      })
    }

    it('end when another window signs out (A6.43)', async () => {
      const { id, secrets, store } = await unsaved(['set'])
      await secrets.delete(`session/v1/${id}`)
      equal(await store.load(id), undefined)
      deepEqual(await store.list(), [])
    })

    it('give way to what another window has stored since (A6.41)', async () => {
      const { id, secrets, store, stored } = await unsaved(['set'])
      await secrets.set(`session/v1/${id}`, stored.replace('the-access-token', 'of-the-other'))
      equal((await store.load(id))?.accessToken, 'of-the-other')
    })
  })

  it('are reported as unavailable when the keychain is locked', async () => {
    const world = fakeWorld()
    world.secrets.fail('set', true)
    equal((await expectCode(world.signIn(), 'store_unavailable')).operation, 'write')
  })
})
