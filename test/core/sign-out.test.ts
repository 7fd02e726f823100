import { deepEqual, equal } from 'node:assert/strict'
import { json } from '../support/fake-ports.ts'
import { CLIENT_ID, fakeWorld, REVOKE } from '../support/fake-world.ts'

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
      equal(world.secrets.entries.size, 0)
    })
  }

  it('forgets the session when the server cannot be reached', async () => {
    const world = fakeWorld()
    const { id } = await world.signIn()
    world.network.on(REVOKE, () => {
      throw new TypeError('fetch failed')
    })
    deepEqual(await world.client.signOut(id, signal), { forgotten: true, revocation: 'later' })
    equal(world.secrets.entries.size, 0)
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
