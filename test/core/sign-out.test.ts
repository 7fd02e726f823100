import { deepEqual, equal } from 'node:assert/strict'
import { json } from '../support/fake-ports.ts'
import { expectCode } from '../support/expect-code.ts'
import { MAX_DISCOVERY_FRESHNESS_MS } from '../../extension/core/src/limits.ts'
import { AS_METADATA, CLIENT_ID, fakeWorld, REVOKE, type FakeWorld } from '../support/fake-world.ts'

const { signal } = new AbortController()

describe('Signing out (A6.43, RFC 7009)', () => {
  it('revokes the refresh token, then the access token, as the client they belong to', async () => {
    const world = fakeWorld()
    const { id } = await world.signIn()
    deepEqual(await world.client.signOut(id, signal), { forgotten: true, revocation: 'revoked' })
    deepEqual(
      world.network.to(REVOKE).map(({ body }) => [body.get('token'), body.get('token_type_hint')]),
      [
        ['the-refresh-token', 'refresh_token'],
        ['the-access-token', 'access_token'],
      ],
    )
    equal(world.network.to(REVOKE)[0]?.body.get('client_id'), CLIENT_ID)
  })

  const outcomes: [string, () => Response, string][] = [
    ['503', () => new Response(null, { status: 503, headers: { 'retry-after': '1' } }), 'later'],
    ['an error', () => json({ error: 'invalid_client' }, 401), 'refused'],
    ['unsupported_token_type', () => json({ error: 'unsupported_token_type' }, 400), 'revoked'],
  ]
  for (const [name, answer, revocation] of outcomes) {
    it(`forgets the session whatever the server says: ${name}`, async () => {
      const world = fakeWorld()
      const { id } = await world.signIn()
      world.network.on(REVOKE, answer)
      deepEqual(await world.client.signOut(id, signal), { forgotten: true, revocation })
      deepEqual(await world.client.sessions.list(), [])
      equal(world.secrets.entries.size, revocation === 'later' ? 1 : 0)
    })
  }

  it('tries the access token when the refresh token is refused (RFC 7009 section 2.1)', async () => {
    const world = fakeWorld()
    const { id } = await world.signIn()
    world.network.on(REVOKE, ({ body }) =>
      body.get('token_type_hint') === 'refresh_token'
        ? json({ error: 'invalid_client' }, 401)
        : new Response(null, { status: 200 }),
    )
    equal((await world.client.signOut(id, signal)).revocation, 'refused')
    equal(world.network.to(REVOKE).length, 2)
  })

  for (const [name, answer] of [
    ['503', () => new Response(null, { status: 503 })],
    ['nonsense', () => new Response('<html>', { status: 200 })],
  ] as const) {
    it(`keeps what it could not even ask for: ${name} for the metadata (RFC 7009 section 2.2.1)`, async () => {
      const world = fakeWorld()
      const { id } = await world.signIn()
      world.clock.advance(2 * MAX_DISCOVERY_FRESHNESS_MS)
      world.network.on(AS_METADATA, answer)
      equal((await world.client.signOut(id, signal)).revocation, 'later')
      deepEqual([...world.secrets.entries.keys()], [`revocation/v1/${id}`])
    })
  }

  it('keeps the token for later before it forgets the session', async () => {
    const world = fakeWorld()
    const { id } = await world.signIn()
    world.network.on(REVOKE, () => new Response(null, { status: 503 }))
    world.secrets.fail('set', true)
    await expectCode(world.client.signOut(id, signal), 'store_unavailable')
    equal((await world.client.sessions.list()).length, 1)
  })

  it('forgets the session when the server cannot be reached', async () => {
    const world = fakeWorld()
    const { id } = await world.signIn()
    world.network.on(REVOKE, () => {
      throw new TypeError('fetch failed')
    })
    deepEqual(await world.client.signOut(id, signal), { forgotten: true, revocation: 'later' })
    deepEqual(await world.client.sessions.list(), [])
  })

  describe('revokes later what could not be revoked (RFC 7009 section 2.2.1)', () => {
    const busy = () => new Response(null, { status: 503 })
    const revoked = (world: FakeWorld) =>
      world.network.to(REVOKE).map(({ body }) => body.get('token'))

    /** A world whose first sign-out could not be finished, and whose server is well again. */
    async function leftOpen() {
      const world = fakeWorld()
      const { id } = await world.signIn()
      world.network.on(REVOKE, busy)
      await world.client.signOut(id, signal)
      world.network.on(REVOKE, () => new Response(null, { status: 200 }))
      return { world, attempts: revoked(world).length }
    }

    it('with the next sign-in, once', async () => {
      const { world, attempts } = await leftOpen()
      await world.signIn()
      await world.settled()
      deepEqual(revoked(world).slice(attempts), ['the-refresh-token', 'the-access-token'])
      await world.signIn()
      await world.settled()
      equal(revoked(world).length, attempts + 2)
    })

    it('hands out nothing of it meanwhile', async () => {
      const { world } = await leftOpen()
      const id = [...world.secrets.entries.keys()][0]?.split('/').at(-1) ?? ''
      const attempt = world.client.access({ sessionId: id, rejectedToken: undefined, signal })
      await expectCode(attempt, 'session_missing')
    })

    it('until a week has gone', async () => {
      const { world, attempts } = await leftOpen()
      world.clock.advance(604_800_000)
      await world.signIn()
      await world.settled()
      equal(revoked(world).length, attempts)
      deepEqual(
        [...world.secrets.entries.keys()].filter((key) => key.startsWith('revocation/')),
        [],
      )
    })
  })

  it('says so when the server offers no revocation', async () => {
    const world = fakeWorld({ issuer: { revocation_endpoint: undefined } })
    const { id } = await world.signIn()
    equal((await world.client.signOut(id, signal)).revocation, 'not-offered')
  })

  it('of an unknown session changes nothing', async () => {
    const world = fakeWorld()
    equal((await world.client.signOut('unknown', signal)).forgotten, false)
  })
})
