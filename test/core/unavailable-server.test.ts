import { equal } from 'node:assert/strict'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import { accessOf, AS_METADATA, fakeWorld, PRM, TOKEN } from '../support/fake-world.ts'

const HOUR_MS = 3_600_000

describe('a server that cannot answer now (RFC 9110 section 15.6, RFC 6585 section 4)', () => {
  const unavailable: readonly [string, () => Response][] = [
    ['a 500', () => new Response('', { status: 500 })],
    ['a 502 of a proxy', () => new Response('<html>', { status: 502 })],
    ['a 503 in OAuth words', () => json({ error: 'temporarily_unavailable' }, 503)],
    ['a 500 that names the grant', () => json({ error: 'invalid_grant' }, 500)],
    ['a 429', () => json({ error: 'too_many_requests' }, 429)],
    ['a 429 without a body', () => new Response('', { status: 429 })],
  ]
  for (const [name, answer] of unavailable) {
    it(`keeps the session through ${name}, and the token while it lasts`, async () => {
      const world = fakeWorld()
      const session = await world.signIn()
      world.clock.advance(HOUR_MS - 30_000)
      world.network.on(TOKEN, answer)
      equal((await accessOf(world.client, session)).accessToken, 'the-access-token')
      world.clock.advance(HOUR_MS)
      const { reason } = await expectCode(accessOf(world.client, session), 'token_unreachable')
      equal(reason, 'unavailable')
      equal((await world.client.sessions.list())[0]?.signedOut, false)
    })
  }

  it('keeps the session, and the token while it lasts, when the issuer cannot answer for its metadata', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    // Past the time for which the metadata was kept.
    world.clock.advance(HOUR_MS - 30_000)
    world.network.on(AS_METADATA, () => new Response('', { status: 503 }))
    equal((await accessOf(world.client, session)).accessToken, 'the-access-token')
    world.clock.advance(HOUR_MS)
    const { reason } = await expectCode(accessOf(world.client, session), 'discovery_unreachable')
    equal(reason, 'unavailable')
    equal((await world.client.sessions.list())[0]?.signedOut, false)
  })

  for (const [url, what] of [
    [PRM, 'the resource'],
    [AS_METADATA, 'the issuer'],
  ] as const) {
    it(`ends a sign-in before any page opens, and does not call ${what} wrong`, async () => {
      const world = fakeWorld()
      world.network.on(url, () => new Response('', { status: 429 }))
      const { reason } = await expectCode(world.signIn(), 'discovery_unreachable')
      equal(reason, 'unavailable')
      equal(world.opened.length, 0)
    })
  }
})
