import { deepEqual, equal } from 'node:assert/strict'
import { createSignetClient } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { json, traceList } from '../support/fake-ports.ts'
import { accessOf, CLIENT_ID, fakeWorld, TOKEN, tokenDocument } from '../support/fake-world.ts'

const HOUR_MS = 3_600_000
const { signal } = new AbortController()

/** A second window, or the same one after a restart: the same store, nothing in memory. */
function anotherWindow(world: ReturnType<typeof fakeWorld>) {
  const log = traceList()
  const client = createSignetClient({ ...world.ports, trace: log.trace }, async () => ({
    clientName: 'Signet',
    dynamicRegistration: false,
    preRegistered: [],
    published: {
      clientId: CLIENT_ID,
      redirectUris: [],
      grantTypes: ['authorization_code', 'refresh_token'],
      reservedOrigin: false,
      authentication: { method: 'none' },
    },
  }))
  return { client, log }
}

describe('Sessions that last (C4)', () => {
  it('start offline: a token that is still valid is served without any request', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    const { client } = anotherWindow(world)
    const before = world.network.sent.length
    equal((await accessOf(client, session)).accessToken, 'the-access-token')
    equal(world.network.sent.length, before)
  })

  it('survive a refresh while offline, and go on when the network is back', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    world.network.on(TOKEN, () => Promise.reject(new TypeError('fetch failed')))
    await expectCode(accessOf(world.client, session), 'token_unreachable')
    equal((await world.client.sessions.list())[0]?.signedOut, false)
    world.network.on(TOKEN, () => json(tokenDocument({ access_token: 'back' })))
    equal((await accessOf(world.client, session)).accessToken, 'back')
  })

  it('outlive a clock that jumps back: the server’s refusal is what counts', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(-24 * HOUR_MS)
    const first = await accessOf(world.client, session)
    world.network.on(TOKEN, () => json(tokenDocument({ access_token: 'fresh' })))
    equal((await accessOf(world.client, session, first.accessToken)).accessToken, 'fresh')
  })

  it('set an unreadable entry aside whole, say so once, and keep the others', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    await world.secrets.set('session/v1/broken', '{"formatVersion":1,"id":"bro')
    const { client, log } = anotherWindow(world)
    for (const _again of [1, 2])
      deepEqual(
        (await client.sessions.list()).map(({ id }) => id),
        [session.id],
      )
    equal(world.secrets.entries.get('quarantine/v1/broken'), '{"formatVersion":1,"id":"bro')
    const reports = log.events.filter(({ detail }) => detail.quarantined === 'broken')
    equal(reports.length, 1)
  })

  it('leave alone what a newer version wrote', async () => {
    const world = fakeWorld()
    const text = '{"formatVersion":99,"id":"newer"}'
    await world.secrets.set('session/v1/newer', text)
    deepEqual(await world.client.sessions.list(), [])
    equal(world.secrets.entries.get('session/v1/newer'), text)
  })

  it('end in every window at once: sign-out here, gone there (C3)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    const { client } = anotherWindow(world)
    const changed: string[] = []
    client.sessions.onDidChange((id) => void changed.push(id))
    await world.client.signOut(session.id, signal)
    deepEqual(changed, [session.id])
    await expectCode(accessOf(client, session), 'session_missing')
  })
})
