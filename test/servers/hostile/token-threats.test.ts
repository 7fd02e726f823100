import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'

import { expectCode } from '../../support/expect-code.ts'
import { json } from '../../support/fake-ports.ts'
import {
  accessOf,
  AS_METADATA,
  fakeWorld,
  issuerDocument,
  resourceDocument,
  REVOKE,
  SERVER,
  TOKEN,
  tokenDocument,
} from '../../support/fake-world.ts'
import { assertContained, expectRefusal } from './witness.ts'

import { call, inUse } from './in-use.ts'

const EVIL = 'https://evil.test'
const HONEST = { token: TOKEN, revocation: REVOKE, server: SERVER }
const { signal } = new AbortController()

describe('D7: a token', () => {
  for (const url of [
    `${EVIL}/mcp`,
    'https://mcp.service.test/other',
    'http://mcp.service.test/mcp',
    'https://mcp.service.test:8443/mcp',
    'https://mcp.service.test/mcp2',
    'https://mcp.service.test/mcp/../admin',
  ]) {
    it(`does not go to ${url}`, async () => {
      const world = fakeWorld()
      const { use, sent } = await inUse(world, () => new Response('ok'))
      await expectCode(use(call(url)), 'cross_origin_redirect')
      equal(sent.length, 0)
    })
  }

  for (const status of [301, 302, 307, 308]) {
    it(`does not follow a ${status}`, async () => {
      const world = fakeWorld()
      const { use, sent } = await inUse(
        world,
        () => new Response(null, { status, headers: { location: EVIL } }),
      )
      await expectCode(use(call()), 'cross_origin_redirect')
      equal(sent.length, 1)
    })
  }

  it('of one server is not used at another with the same authorization server', async () => {
    const world = fakeWorld()
    const other = 'https://other.service.test/mcp'
    world.network.on(
      other,
      () => new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } }),
    )
    world.network.on('https://other.service.test/.well-known/oauth-protected-resource/mcp', () =>
      json(resourceDocument({ resource: other })),
    )
    const first = await world.signIn()
    world.network.on(TOKEN, () => json(tokenDocument({ access_token: 'for-the-other' })))
    const second = await world.signIn({ serverUrl: other })
    notEqual(first.id, second.id)
    equal((await accessOf(world.client, first)).accessToken, 'the-access-token')
    equal((await accessOf(world.client, second)).accessToken, 'for-the-other')
    assertContained(world, HONEST)
  })

  const types = ['mac', 'DPoP', 'N_A', '', 'constructor']
  for (const type of types) {
    it(`of type "${type}" is not used as a bearer token`, async () => {
      const world = fakeWorld({ token: { token_type: type } })
      await expectRefusal(world, world.signIn(), 'token_invalid', HONEST)
    })
  }

  for (const expires of [-1, '-1', 'soon', null, {}, true]) {
    it(`with expires_in ${JSON.stringify(expires)} is not used`, async () => {
      const world = fakeWorld({ token: { expires_in: expires } })
      await expectRefusal(world, world.signIn(), 'token_invalid', HONEST)
    })
  }

  for (const expires of [1e308, Number.MAX_SAFE_INTEGER, '9'.repeat(300)]) {
    it(`with expires_in ${String(expires).slice(0, 20)} still has an end`, async () => {
      const world = fakeWorld({ token: { expires_in: expires } })
      const { expiresAt } = await world.signIn()
      ok(expiresAt !== undefined && expiresAt <= world.clock.now() + 10 * 366 * 86_400_000)
      const stored = await world.client.sessions.list()
      equal(stored[0]?.expiresAt, expiresAt, 'and the store keeps it')
    })
  }

  for (const token of ['a\r\nx-injected: 1', 'the token', '', 'ü', '\u0000']) {
    it(`${JSON.stringify(token)} is not put in a header`, async () => {
      const world = fakeWorld({ token: { access_token: token } })
      await expectRefusal(world, world.signIn(), 'token_invalid', HONEST)
    })
  }
})

describe('D11: a refresh token', () => {
  it('leaves for the token and revocation endpoints of its issuer only, and stays in the store', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    equal(
      JSON.stringify([session, await world.client.sessions.list()]).includes('the-refresh-token'),
      false,
    )
    await accessOf(world.client, session, 'the-access-token')
    await world.client.signOut(session.id, signal)
    equal(world.network.to(REVOKE).length, 2)
    assertContained(world, HONEST)
    equal(world.secrets.entries.size, 0)
  })

  it('is kept when a refresh answers without a new one (RFC 6749 section 6)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.network.on(TOKEN, () => json({ access_token: 'next', token_type: 'Bearer' }))
    await accessOf(world.client, session, 'the-access-token')
    await accessOf(world.client, session, 'next')
    deepEqual(
      world.network
        .to(TOKEN)
        .slice(1)
        .map(({ body }) => body.get('refresh_token')),
      ['the-refresh-token', 'the-refresh-token'],
    )
  })

  it('does not go where moved metadata say, when their issuer is another', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.clock.advance(3_600_000)
    world.network.on(AS_METADATA, () =>
      json(issuerDocument({ issuer: EVIL, token_endpoint: `${EVIL}/token` })),
    )
    await expectRefusal(world, accessOf(world.client, session), 'issuer_mismatch', HONEST)
    equal(world.network.to(`${EVIL}/token`).length, 0)
  })

  for (const status of [429, 503]) {
    it(`survives a ${status} with Retry-After: one request, and the session stays`, async () => {
      const world = fakeWorld()
      const session = await world.signIn()
      const sent = world.network.to(TOKEN).length
      const busy = status === 429 ? { error: 'temporarily_unavailable' } : {}
      world.network.on(TOKEN, () => json(busy, status, { 'retry-after': '3600' }))
      const access = accessOf(world.client, session, 'the-access-token')
      await expectRefusal(world, access, 'token_unreachable', HONEST)
      equal(world.network.to(TOKEN).length, sent + 1)
      world.network.on(TOKEN, () => json(tokenDocument({ access_token: 'next' })))
      equal((await accessOf(world.client, session, 'the-access-token')).accessToken, 'next')
    })
  }

  it('that is revoked by a busy server is forgotten here all the same (A6.43)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    world.network.on(
      REVOKE,
      () => new Response(null, { status: 429, headers: { 'retry-after': '60' } }),
    )
    const { forgotten, revocation } = await world.client.signOut(session.id, signal)
    deepEqual([forgotten, revocation], [true, 'later'])
    deepEqual(await world.client.sessions.list(), [])
    deepEqual([...world.secrets.entries.keys()], [`revocation/v1/${session.id}`])
  })
})
