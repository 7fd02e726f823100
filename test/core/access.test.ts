import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { createSignetClient } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import {
  accessOf,
  AS_METADATA,
  CLIENT_ID,
  fakeWorld,
  SERVER,
  TOKEN,
  tokenDocument,
  type FakeWorld,
} from '../support/fake-world.ts'

const HOUR_MS = 3_600_000

/** Answers every refresh with the next token of a rotation, and a spent token as a real server does. */
function rotating(world: FakeWorld) {
  let current = 'the-refresh-token'
  let count = 0
  world.network.on(TOKEN, ({ body }) => {
    if (body.get('refresh_token') !== current) return json({ error: 'invalid_grant' }, 400)
    count += 1
    current = `refresh-${count}`
    return json(tokenDocument({ access_token: `access-${count}`, refresh_token: current }))
  })
  return { refreshes: () => count }
}

describe('access(): a valid token for a session (A6.40 to A6.42)', () => {
  it('hands out the stored token until a minute before it expires', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS - 61_000)
    equal((await accessOf(world.client, session)).accessToken, 'the-access-token')
    equal(world.network.to(TOKEN).length, 1)
  })

  it('never shows a refresh token to its caller (A6.40)', async () => {
    const world = fakeWorld()
    const access = await accessOf(world.client, await world.signIn())
    equal(JSON.stringify(access).includes('the-refresh-token'), false)
  })

  it('refreshes with resource and client_id, and keeps the rotated token (A4.24, A6.41)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    rotating(world)
    world.clock.advance(HOUR_MS)
    equal((await accessOf(world.client, session)).accessToken, 'access-1')
    const request = world.network.to(TOKEN).at(-1)
    equal(request?.body.get('resource'), SERVER)
    equal(request.body.get('client_id'), CLIENT_ID)
    world.clock.advance(HOUR_MS)
    equal((await accessOf(world.client, session)).accessToken, 'access-2')
  })

  it('refreshes once for many callers (A6.41)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    const server = rotating(world)
    world.clock.advance(HOUR_MS)
    const all = await Promise.all(
      Array.from({ length: 20 }, async () => await accessOf(world.client, session)),
    )
    equal(server.refreshes(), 1)
    ok(all.every(({ accessToken }) => accessToken === 'access-1'))
  })

  it('refreshes once for many windows that share store and lock (A6.41)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    const server = rotating(world)
    world.clock.advance(HOUR_MS)
    const windows = Array.from({ length: 8 }, () =>
      createSignetClient(world.ports, async () => ({
        preRegistered: [],
        published: undefined,
        dynamicRegistration: false,
        clientName: 'Signet',
      })),
    )
    const all = await Promise.all(windows.map(async (client) => await accessOf(client, session)))
    equal(server.refreshes(), 1)
    ok(all.every(({ accessToken }) => accessToken === 'access-1'))
  })

  it('keeps the session through a network failure', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    world.network.on(TOKEN, () => {
      throw new TypeError('fetch failed')
    })
    await expectCode(accessOf(world.client, session), 'token_unreachable')
    rotating(world)
    equal((await accessOf(world.client, session)).accessToken, 'access-1')
  })

  it('asks an unreachable server less and less, and answers with the reason meanwhile (C4)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    world.network.on(TOKEN, () => Promise.reject(new TypeError('fetch failed')))
    const asked = async () => {
      const before = world.network.to(TOKEN).length
      await expectCode(accessOf(world.client, session), 'token_unreachable')
      return world.network.to(TOKEN).length - before
    }
    // A blip is tried again at once; then 2 seconds pass, then 4.
    deepEqual([await asked(), await asked(), await asked()], [1, 1, 0])
    world.clock.advance(2000)
    deepEqual([await asked(), await asked()], [1, 0])
    world.clock.advance(2000)
    equal(await asked(), 0)
    world.clock.advance(2000)
    rotating(world)
    equal((await accessOf(world.client, session)).accessToken, 'access-1')
  })

  it('is not held up for long by a clock that was put back (C4)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    world.network.on(TOKEN, () => Promise.reject(new TypeError('fetch failed')))
    for (const _again of [1, 2])
      await expectCode(accessOf(world.client, session), 'token_unreachable')
    rotating(world)
    world.clock.advance(-1000)
    equal((await accessOf(world.client, session)).accessToken, 'access-1')
  })

  it('serves a token that has not ended yet while the server cannot be reached (C4)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS - 30_000)
    world.network.on(TOKEN, () => Promise.reject(new TypeError('fetch failed')))
    const { accessToken } = await accessOf(world.client, session)
    equal(accessToken, 'the-access-token')
    await expectCode(accessOf(world.client, session, accessToken), 'token_unreachable')
    world.clock.advance(30_000)
    await expectCode(accessOf(world.client, session), 'token_unreachable')
  })

  for (const error of ['invalid_client', 'invalid_request', 'temporarily_unavailable']) {
    it(`keeps the session through ${error}: only invalid_grant ends it`, async () => {
      const world = fakeWorld()
      const session = await world.signIn()
      world.clock.advance(HOUR_MS)
      world.network.on(TOKEN, () => json({ error }, 400))
      await expectCode(accessOf(world.client, session), 'token_refused')
      equal((await world.client.sessions.list())[0]?.signedOut, false)
    })
  }

  it('gives a session up on invalid_grant, and remembers whose it was', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    world.network.on(TOKEN, () => json({ error: 'invalid_grant' }, 400))
    await expectCode(accessOf(world.client, session), 'refresh_lost')
    const [left] = await world.client.sessions.list()
    equal(left?.signedOut, true)
    equal(left.id, session.id)
    equal([...world.secrets.entries.values()].join().includes('the-refresh-token'), false)
  })

  it('uses what another process stored instead of giving up on invalid_grant', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    world.network.on(TOKEN, () => {
      // Another process without our lock refreshed between our read and the server's answer.
      for (const [key, value] of world.secrets.entries) {
        const stored = JSON.parse(value) as Record<string, unknown>
        const expiresAt = world.clock.now() + HOUR_MS
        const newer = { ...stored, refreshToken: 'theirs', accessToken: 'their-access', expiresAt }
        world.secrets.entries.set(key, JSON.stringify(newer))
      }
      return json({ error: 'invalid_grant' }, 400)
    })
    equal((await accessOf(world.client, session)).accessToken, 'their-access')
  })

  it('goes on with another process’s refresh token when its access token has ended as well', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    world.network.on(TOKEN, ({ body }) => {
      if (body.get('refresh_token') === 'theirs')
        return json(tokenDocument({ access_token: 'fresh' }))
      for (const [key, value] of world.secrets.entries) {
        const stored = JSON.parse(value) as Record<string, unknown>
        world.secrets.entries.set(key, JSON.stringify({ ...stored, refreshToken: 'theirs' }))
      }
      return json({ error: 'invalid_grant' }, 400)
    })
    equal((await accessOf(world.client, session)).accessToken, 'fresh')
  })

  it('serves a rotated token from memory when it cannot be written', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    rotating(world)
    world.clock.advance(HOUR_MS)
    world.secrets.fail('set', true)
    await expectCode(accessOf(world.client, session), 'store_unavailable')
    equal((await accessOf(world.client, session)).accessToken, 'access-1')
  })

  it('does not cancel a refresh that has left when its caller cancels', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    const caller = new AbortController()
    const gate = Promise.withResolvers<undefined>()
    const arrived = Promise.withResolvers<undefined>()
    world.network.on(TOKEN, async () => {
      arrived.resolve(undefined)
      await gate.promise
      return json(tokenDocument({ access_token: 'late', refresh_token: 'r2' }))
    })
    const attempt = world.client.access({
      sessionId: session.id,
      rejectedToken: undefined,
      signal: caller.signal,
    })
    await arrived.promise
    caller.abort()
    await expectCode(attempt, 'cancelled')
    gate.resolve(undefined)
    equal((await accessOf(world.client, session)).accessToken, 'late')
    equal(world.network.to(TOKEN).length, 2, 'one exchange and one refresh')
  })

  it('does not hand out a token that the server has just refused', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    rotating(world)
    const { accessToken } = await accessOf(world.client, session)
    notEqual((await accessOf(world.client, session, accessToken)).accessToken, accessToken)
  })

  it('asks for a new sign-in when there is nothing to refresh with', async () => {
    const world = fakeWorld({ token: { refresh_token: undefined } })
    const session = await world.signIn()
    world.clock.advance(HOUR_MS)
    await expectCode(accessOf(world.client, session), 'session_expired')
  })

  it('asks the issuer’s metadata again after a refresh failed', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    const before = world.network.to(AS_METADATA).length
    world.clock.advance(HOUR_MS)
    world.network.on(TOKEN, () => new Response('', { status: 503 }))
    await expectCode(accessOf(world.client, session), 'token_unreachable')
    await expectCode(accessOf(world.client, session), 'token_unreachable')
    ok(world.network.to(AS_METADATA).length > before)
  })

  it('keeps the old refresh token when the server does not rotate (RFC 6749 section 6)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.network.on(TOKEN, () =>
      json(tokenDocument({ access_token: 'a2', refresh_token: undefined })),
    )
    world.clock.advance(HOUR_MS)
    await accessOf(world.client, session)
    world.clock.advance(HOUR_MS)
    await accessOf(world.client, session)
    equal(world.network.to(TOKEN).at(-1)?.body.get('refresh_token'), 'the-refresh-token')
  })
})
