import { deepEqual, equal, ok } from 'node:assert/strict'
import { clientCredentialsGrant } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import {
  accessOf,
  AS_METADATA,
  fakeWorld,
  ISSUER,
  issuerDocument,
  REVOKE,
  SERVER,
  TOKEN,
  tokenDocument,
  type FakeWorld,
} from '../support/fake-world.ts'

const { signal } = new AbortController()
/** A page that was opened and comes back with nothing. */
function silentPage() {
  const { promise: opened, resolve } = Promise.withResolvers<undefined>()
  const openBrowser = async () => {
    resolve(undefined)
    return await Promise.resolve(true)
  }
  return { opened, openBrowser }
}

const TENANT = `${ISSUER}/tenant`

describe('Authorization server metadata (A2.9 to A2.13)', () => {
  it('of an issuer with a path is looked for in three places, never at the root (A2.9)', async () => {
    const world = fakeWorld({ resource: { authorization_servers: [TENANT] } })
    const places = [
      `${ISSUER}/.well-known/oauth-authorization-server/tenant`,
      `${ISSUER}/.well-known/openid-configuration/tenant`,
      `${TENANT}/.well-known/openid-configuration`,
    ]
    for (const place of places) world.network.on(place, () => new Response(null, { status: 404 }))
    const { tried } = await expectCode(world.signIn(), 'issuer_metadata_missing')
    deepEqual(tried, places)
    equal(world.network.to(AS_METADATA).length, 0)
  })

  it('of an issuer without a path is looked for in two (A2.9)', async () => {
    const world = fakeWorld()
    const openid = `${ISSUER}/.well-known/openid-configuration`
    world.network.on(AS_METADATA, () => new Response(null, { status: 404 }))
    world.network.on(openid, () => json(issuerDocument()))
    equal((await world.signIn()).issuer, ISSUER)
  })

  for (const issuer of [
    `${ISSUER}/`,
    'https://LOGIN.service.test',
    `${ISSUER}:443`,
    'https://evil.test',
  ]) {
    it(`is refused when it says it is ${issuer}: no normalisation (A2.10)`, async () => {
      const world = fakeWorld({ issuer: { issuer } })
      const detail = await expectCode(world.signIn(), 'issuer_mismatch')
      deepEqual(detail, { expected: ISSUER, received: issuer })
      equal(world.opened.length, 0)
    })
  }

  for (const end of ['?tenant=1', '#x', '?']) {
    it(`is not looked for under a name that ends with ${end}: no issuer has a query or a fragment (A2.9)`, async () => {
      const issuer = `${ISSUER}${end}`
      const world = fakeWorld({ resource: { authorization_servers: [issuer] }, issuer: { issuer } })
      await expectCode(world.signIn(), 'issuer_metadata_invalid')
      equal(world.network.to(AS_METADATA).length, 0)
    })
  }

  it('is refused when its proof algorithms are no list (RFC 9449 section 5.1)', async () => {
    const world = fakeWorld({ issuer: { dpop_signing_alg_values_supported: {} } })
    await expectCode(world.signIn(), 'issuer_metadata_invalid')
    equal(world.opened.length, 0)
  })

  it('of another issuer than before is noted, and not asked for the old one’s scopes (A1.8, A3.18)', async () => {
    const world = fakeWorld()
    const before = await world.signIn()
    const previous = { ...before, issuer: 'https://old.test', requestedScopes: ['of-the-old-one'] }
    await world.signIn({ previous })
    equal(world.opened[1]?.get('scope')?.includes('of-the-old-one'), false)
    const event = world.log.events.findLast(({ step }) => step === 'issuer-metadata')
    equal(event?.outcome, 'note')
    equal(event.detail.instead_of, 'https://old.test')
  })

  for (const methods of [undefined, [], ['plain'], 'S256']) {
    it(`is refused with code_challenge_methods_supported ${JSON.stringify(methods)} (A2.11)`, async () => {
      const world = fakeWorld({ issuer: { code_challenge_methods_supported: methods } })
      await expectCode(world.signIn(), 'pkce_unsupported')
    })
  }

  for (const endpoint of [
    'authorization_endpoint',
    'token_endpoint',
    'registration_endpoint',
    'revocation_endpoint',
    'pushed_authorization_request_endpoint',
  ]) {
    it(`is refused with ${endpoint} over plain http (A2.12)`, async () => {
      const world = fakeWorld({ issuer: { [endpoint]: 'http://login.service.test/x' } })
      equal((await expectCode(world.signIn(), 'endpoint_insecure')).endpoint, endpoint)
    })
  }

  for (const url of ['javascript:alert(1)', 'data:text/html,x', 'file:///bin/sh', 'vscode://x/y']) {
    it(`never opens ${url} (A4.28)`, async () => {
      const world = fakeWorld({ issuer: { authorization_endpoint: url } })
      await expectCode(world.signIn(), 'endpoint_insecure')
      equal(world.opened.length, 0)
    })
  }

  it('has no default endpoints (A2.13)', async () => {
    const noToken = fakeWorld({ issuer: { token_endpoint: undefined } })
    equal((await expectCode(noToken.signIn(), 'endpoint_missing')).endpoint, 'token_endpoint')
    const noAuthorize = fakeWorld({ issuer: { authorization_endpoint: undefined } })
    const { endpoint } = await expectCode(noAuthorize.signIn(), 'endpoint_missing')
    equal(endpoint, 'authorization_endpoint')
  })

  it('is kept for as long as its headers say, and not longer than an hour (RFC 9111)', async () => {
    const world = fakeWorld()
    const cacheControl = { 'cache-control': 'max-age=86400' }
    world.network.on(AS_METADATA, () => json(issuerDocument(), 200, cacheControl))
    await world.signIn()
    world.clock.advance(3_599_000)
    await world.signIn()
    equal(world.network.to(AS_METADATA).length, 1)
    world.clock.advance(2000)
    await world.signIn()
    equal(world.network.to(AS_METADATA).length, 2)
  })

  it('is not kept when its headers forbid it', async () => {
    const world = fakeWorld()
    world.network.on(AS_METADATA, () =>
      json(issuerDocument(), 200, { 'cache-control': 'no-store' }),
    )
    await world.signIn()
    await world.signIn()
    equal(world.network.to(AS_METADATA).length, 2)
  })

  const failures: [string, (world: FakeWorld) => Promise<unknown>][] = [
    [
      'a token endpoint that is gone',
      async (world) => {
        world.network.on(TOKEN, () => new Response(null, { status: 404 }))
        await expectCode(world.signIn(), 'token_invalid')
        world.network.on(TOKEN, () => json(tokenDocument()))
      },
    ],
    [
      'a page that never answers',
      async (world) => {
        const page = silentPage()
        const signIn = world.signIn({ openBrowser: page.openBrowser })
        await page.opened
        world.clock.advance(300_000)
        await expectCode(signIn, 'redirect_timeout')
      },
    ],
    [
      'a page that the person closed',
      async (world) => {
        const person = new AbortController()
        const page = silentPage()
        const signIn = world.signIn({ openBrowser: page.openBrowser }, person.signal)
        await page.opened
        person.abort()
        await expectCode(signIn, 'cancelled')
        // Who cancels is told at once; the rest ends right after.
        while (world.receiver.closed < world.receiver.opened)
          await new Promise((resolve) => setImmediate(resolve))
      },
    ],
    [
      'a grant without a redirect',
      async (world) => {
        const grant = clientCredentialsGrant()
        const request = { serverUrl: SERVER, grant, pinnedScopes: undefined }
        const rest = { challenge: undefined, previous: undefined }
        await expectCode(
          world.client.signInWithoutRedirect({ ...request, ...rest }, signal),
          'no_client_identity',
        )
      },
    ],
    [
      'a refresh',
      async (world) => {
        const [session] = await world.client.sessions.list()
        ok(session)
        world.network.on(TOKEN, () => new Response(null, { status: 404 }))
        await expectCode(accessOf(world.client, session, 'the-access-token'), 'token_invalid')
        world.network.on(TOKEN, () => json(tokenDocument()))
      },
    ],
    [
      'a revocation',
      async (world) => {
        const [session] = await world.client.sessions.list()
        world.network.on(REVOKE, () => new Response(null, { status: 404 }))
        await world.client.signOut(session?.id ?? '', signal)
      },
    ],
  ]
  for (const [name, fail] of failures) {
    it(`is asked for again after ${name} has failed: it may have moved (A1.8)`, async () => {
      const world = fakeWorld()
      await world.signIn()
      await fail(world)
      equal(world.network.to(AS_METADATA).length, 1, 'from the cache until then')
      await world.signIn()
      equal(world.network.to(AS_METADATA).length, 2)
    })
  }

  it('is looked for at the new issuer when the resource has moved (A1.8)', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    const moved = 'https://new-login.test'
    world.network.on('https://mcp.service.test/.well-known/oauth-protected-resource/mcp', () =>
      json({ resource: 'https://mcp.service.test/mcp', authorization_servers: [moved] }),
    )
    const metadata = issuerDocument({ issuer: moved, authorization_endpoint: `${moved}/authorize` })
    world.network.on(`${moved}/.well-known/oauth-authorization-server`, () => json(metadata))
    const detail = await expectCode(world.signIn({ previous: session }), 'redirect_issuer_mismatch')
    equal(detail.expected, moved, 'the old issuer’s answer is not taken for the new one’s')
  })
})
