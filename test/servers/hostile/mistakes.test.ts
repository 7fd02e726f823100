import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createSignetClient, type ClientAuthentication } from '@signet/core'
import { json } from '../../support/fake-ports.ts'
import {
  accessOf,
  approve,
  AS_METADATA,
  CLIENT_ID,
  fakeWorld,
  ISSUER,
  issuerDocument,
  PRM,
  REGISTER,
  resourceDocument,
  SERVER,
  TOKEN,
  tokenDocument,
} from '../../support/fake-world.ts'
import { networkWorld, redirectTo, type ReceivedRequest } from './network-world.ts'
import { assertContained, expectRefusal } from './witness.ts'

/*
 * One case per mistake of the list G1 to G20 that a client can make. Ports (G4, G5) are in callback.test.ts,
 * commands in an endpoint (G14) in browser.test.ts and response-threats.test.ts. Mistakes of the document
 * (G9 to G12, G20) are the site's, and its rules hold them; G15 is a limit of one server, met like G7.
 */

const HONEST = { token: TOKEN, server: SERVER }
const { signal } = new AbortController()

describe('G1: an issuer with and without its final slash', () => {
  for (const [named, own] of [
    [ISSUER, `${ISSUER}/`],
    [`${ISSUER}/`, ISSUER],
  ] as const) {
    it(`is two: ${named} is not ${own}`, async () => {
      const world = fakeWorld({
        resource: { authorization_servers: [named] },
        issuer: { issuer: own },
      })
      await expectRefusal(world, world.signIn(), 'issuer_mismatch')
      equal(world.pages.length, 0)
    })
  }
})

describe('G2, G3: the resource', () => {
  for (const resource of ['https://mcp.service.test', 'https://mcp.service.test/', SERVER]) {
    it(`${resource} is sent as it is written, in every request`, async () => {
      const world = fakeWorld({ resource: { resource } })
      const session = await world.signIn()
      await accessOf(world.client, session, 'the-access-token')
      const sent = [
        world.opened[0]?.get('resource'),
        ...world.network.to(TOKEN).map(({ body }) => body.get('resource')),
      ]
      deepEqual(sent, [resource, resource, resource])
      assertContained(world, HONEST)
    })
  }
})

describe('G6: two windows that refresh at once', () => {
  it('spend one refresh token once, and both get the new access token', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    const other = createSignetClient(world.ports, async () => ({
      preRegistered: [],
      published: undefined,
      dynamicRegistration: false,
      clientName: 'Signet',
    }))
    let spent = false
    world.network.on(TOKEN, ({ body }) => {
      if (spent || body.get('refresh_token') !== 'the-refresh-token')
        return json({ error: 'invalid_grant' }, 400)
      spent = true
      return json(tokenDocument({ access_token: 'next', refresh_token: 'rotated' }))
    })
    const both = await Promise.all([
      accessOf(world.client, session, 'the-access-token'),
      accessOf(other, session, 'the-access-token'),
    ])
    deepEqual(
      both.map(({ accessToken }) => accessToken),
      ['next', 'next'],
    )
    equal(world.network.to(TOKEN).length, 2, 'the code, and one refresh: none was tried in vain')
    match([...world.secrets.entries.values()].join(), /rotated/)
  })
})

describe('G7, G13, G15: an authorization server that cannot use the published document', () => {
  const offers = { registration_endpoint: REGISTER }

  it('shows its own page and sends nothing back: the wait ends by a code', async () => {
    const world = fakeWorld({
      issuer: offers,
      response: () => {
        setImmediate(() => world.clock.advance(300_000))
        return { state: 'nothing comes back' }
      },
    })
    await expectRefusal(world, world.signIn(), 'redirect_timeout')
    equal(world.network.to(REGISTER).length, 0, 'the next mechanism is never taken silently')
  })

  it('is met with the next mechanism when the person asks for another way', async () => {
    const world = fakeWorld({ issuer: offers })
    world.network.on(REGISTER, () => json({ client_id: 'registered' }, 201))
    const session = await world.signIn({ avoid: ['cimd'] })
    deepEqual([session.registration, session.clientId], ['dcr', 'registered'])
    assertContained(world, HONEST)
  })
})

describe('G8: the client_id', () => {
  it('is the published string, byte for byte, in every request', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    await accessOf(world.client, session, 'the-access-token')
    const sent = [
      world.opened[0]?.get('client_id'),
      ...world.network.to(TOKEN).map(({ body }) => body.get('client_id')),
    ]
    deepEqual(sent, [CLIENT_ID, CLIENT_ID, CLIENT_ID])
  })
})

describe('G16: a server that does not announce S256', () => {
  for (const methods of [undefined, [], ['plain'], 'S256', ['s256'], null]) {
    it(`${JSON.stringify(methods)} is refused before anything is opened`, async () => {
      const world = fakeWorld({ issuer: { code_challenge_methods_supported: methods } })
      await expectRefusal(world, world.signIn(), 'pkce_unsupported')
      equal(world.pages.length, 0)
    })
  }
})

describe('G17: a code with characters that decoders spoil', () => {
  for (const code of ['a+b', 'a%2Bb', 'a b', 'a&b=c', 'ü%', '4/0A==~']) {
    it(`${code} reaches the token endpoint as it was issued`, async () => {
      const world = await networkWorld()
      try {
        world.as.on('/authorize', ({ query }, response) => {
          const answer = new URLSearchParams({
            code,
            state: query.get('state') ?? '',
            iss: world.as.origin,
          })
          redirectTo(`${query.get('redirect_uri') ?? ''}?${answer.toString()}`)(
            {} as ReceivedRequest,
            response,
          )
        })
        await world.signIn()
        equal(new URLSearchParams(world.as.to('/token')[0]?.body).get('code'), code)
      } finally {
        await world.close()
      }
    })
  }

  it('and this client’s own state and challenge have none of them', async () => {
    const world = fakeWorld()
    await world.signIn()
    for (const name of ['state', 'code_challenge'])
      match(world.opened[0]?.get(name) ?? '', /^[\w-]{43,}$/)
    equal(world.pages[0]?.includes('+'), false, 'spaces are %20')
  })
})

describe('G18: an issuer with a path', () => {
  const issuer = `${ISSUER}/tenant1`

  it('is asked for in three places, in order, and never at the root', async () => {
    const world = fakeWorld({ resource: { authorization_servers: [issuer] } })
    const missing = () => new Response(null, { status: 404 })
    const places = [
      `${ISSUER}/.well-known/oauth-authorization-server/tenant1`,
      `${ISSUER}/.well-known/openid-configuration/tenant1`,
      `${issuer}/.well-known/openid-configuration`,
    ]
    for (const place of places) world.network.on(place, missing)
    const { tried } = await expectRefusal(world, world.signIn(), 'issuer_metadata_missing')
    deepEqual(tried, places)
    equal(world.network.to(AS_METADATA).length, 0)
  })
})

describe('G19: an assertion for the wrong party', () => {
  it('has the issuer as its only audience, not the token endpoint, and a key’s id', async () => {
    const { privateKey: key } = await crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['sign', 'verify'],
    )
    const authentication: ClientAuthentication = {
      method: 'private_key_jwt',
      key,
      kid: 'k1',
      typ: 'client-authentication+jwt',
    }
    const client = { issuer: ISSUER, clientId: 'client', authentication, redirectUris: undefined }
    const world = fakeWorld({ sources: { preRegistered: [client] } })
    const session = await world.signIn()
    await accessOf(world.client, session, 'the-access-token')
    const assertions = world.network.to(TOKEN).map(({ body }) => body.get('client_assertion') ?? '')
    equal(assertions.length, 2)
    const ids = assertions.map((assertion) => {
      const [header, claims] = assertion
        .split('.')
        .slice(0, 2)
        .map(
          (part) =>
            JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>,
        )
      deepEqual(
        [claims?.aud, claims?.iss, claims?.sub, header?.kid],
        [ISSUER, 'client', 'client', 'k1'],
      )
      return claims?.jti
    })
    equal(new Set(ids).size, 2, 'used once each')
  })
})

describe('A server that is only careless', () => {
  it('with 429 and Retry-After on its metadata ends this attempt, and is not asked at once again', async () => {
    const world = fakeWorld()
    const busy = () => new Response(null, { status: 429, headers: { 'retry-after': '3600' } })
    for (const place of [AS_METADATA, `${ISSUER}/.well-known/openid-configuration`])
      world.network.on(place, busy)
    const { reason } = await expectRefusal(world, world.signIn(), 'discovery_unreachable')
    equal(reason, 'unavailable')
    equal(world.network.to(AS_METADATA).length, 1)
  })

  it('with 429 on its token endpoint gets the code once', async () => {
    const world = fakeWorld()
    world.network.on(TOKEN, () => json({ error: 'slow_down' }, 429, { 'retry-after': '1' }))
    const { reason } = await expectRefusal(world, world.signIn(), 'token_unreachable', HONEST)
    equal(reason, 'unavailable')
    equal(world.network.to(TOKEN).length, 1)
  })

  it('with its metadata behind a login page is told apart from one without', async () => {
    const world = fakeWorld()
    world.network.on(
      PRM,
      () => new Response('<html>sign in', { headers: { 'content-type': 'text/html' } }),
    )
    await expectRefusal(world, world.signIn(), 'resource_metadata_invalid')
  })

  it('with thousands of issuers is refused, and asks neither them nor the person', async () => {
    const issuers = Array.from({ length: 3_000 }, (_, index) => `https://as${index}.test`)
    let asked = 0
    const world = fakeWorld({
      ports: {
        chooseIssuer: async () => {
          asked += 1
          return undefined
        },
      },
    })
    world.network.on(PRM, () => json(resourceDocument({ authorization_servers: issuers })))
    await expectRefusal(world, world.signIn(), 'resource_metadata_invalid')
    equal(asked, 0)
  })

  it('whose metadata name members of every object is no other server (prototype names)', async () => {
    const text = JSON.stringify(issuerDocument()).replace(
      '{',
      '{"__proto__":{"token_endpoint":"https://evil.test/token"},"constructor":1,',
    )
    const world = fakeWorld()
    world.network.on(AS_METADATA, () => new Response(text))
    await world.signIn()
    equal(world.network.to('https://evil.test/token').length, 0)
    ok(({} as Record<string, unknown>).token_endpoint === undefined)
    assertContained(world, HONEST)
  })

  it('that answers a probe with two challenges is read by the first that is for us', async () => {
    const world = fakeWorld({
      challenge: `Negotiate, Basic realm="Bearer resource_metadata=\\"https://evil.test\\"", Bearer resource_metadata="${PRM}"`,
    })
    equal((await world.signIn({}, signal)).issuer, ISSUER)
    equal(approve(world.opened[0]!).iss, ISSUER)
  })
})
