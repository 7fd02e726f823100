import { deepEqual, equal } from 'node:assert/strict'
import { createAuthorizedFetch, type AuthorizedRequest, type SessionInfo } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import { fakeWorld, ISSUER, PRM, SERVER, TOKEN, tokenDocument } from '../support/fake-world.ts'

const call = (url = SERVER): AuthorizedRequest => ({
  url,
  method: 'POST',
  headers: {},
  body: '{}',
  signal: new AbortController().signal,
})

/** A signed-in world whose MCP server answers as told, and what it received. */
async function signedIn(
  answer: (authorization: string | undefined, count: number) => Response,
  world = fakeWorld(),
) {
  let session: SessionInfo | undefined = await world.signIn()
  const received: (string | undefined)[] = []
  const signIns: (readonly string[] | undefined)[] = []
  const fetch = createAuthorizedFetch({
    access: world.client.access,
    session: async () => session,
    send: async ({ headers }) => {
      received.push(headers.authorization)
      return answer(headers.authorization, received.length)
    },
    signIn: async (challenge, previous) => {
      signIns.push(challenge.scopes)
      session = await world.signIn({ challenge, previous })
      return session
    },
  })
  return { world, fetch, received, signIns }
}

const unauthorized = () =>
  new Response(null, {
    status: 401,
    headers: { 'www-authenticate': `Bearer error="invalid_token", resource_metadata="${PRM}"` },
  })

const insufficient = (scope: string) =>
  new Response(null, {
    status: 403,
    headers: {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}", resource_metadata="${PRM}"`,
    },
  })

describe('Using a token (A7.44 to A7.46)', () => {
  it('puts it in the Authorization header of each request (A7.44)', async () => {
    const { fetch, received } = await signedIn(() => new Response('ok'))
    await fetch(call())
    await fetch(call())
    deepEqual(received, ['Bearer the-access-token', 'Bearer the-access-token'])
  })

  for (const url of [
    'https://other.test/mcp',
    'https://mcp.service.test/other',
    'https://mcp.service.test/mcpx',
    'http://mcp.service.test/mcp',
  ]) {
    it(`never sends it to ${url} (A7.45)`, async () => {
      const { fetch, received } = await signedIn(() => new Response('ok'))
      await expectCode(fetch(call(url)), 'cross_origin_redirect')
      equal(received.length, 0)
    })
  }

  it('does not follow a redirect with it (A7.45)', async () => {
    const location = 'https://evil.test/mcp'
    const { fetch, received } = await signedIn(
      () => new Response(null, { status: 307, headers: { location } }),
    )
    await expectCode(fetch(call()), 'cross_origin_redirect')
    equal(received.length, 1)
  })

  it('refreshes once on a 401, without a person (A7.46)', async () => {
    const { fetch, received, signIns, world } = await signedIn((token) =>
      token === 'Bearer fresh' ? new Response('ok') : unauthorized(),
    )
    world.network.on(TOKEN, () =>
      json(tokenDocument({ access_token: 'fresh', refresh_token: 'r2' })),
    )
    equal((await fetch(call())).status, 200)
    deepEqual(received, ['Bearer the-access-token', 'Bearer fresh'])
    equal(signIns.length, 0)
  })

  it('signs in again when a refreshed token is refused as well, at most three times (A7.46)', async () => {
    const { fetch, signIns } = await signedIn(unauthorized)
    await expectCode(fetch(call()), 'step_up_refused')
    equal(signIns.length, 3)
  })

  it('renews once for a server that refuses every new token, then asks (A7.46)', async () => {
    const { fetch, received, signIns, world } = await signedIn(() => unauthorized())
    let renewed = 0
    world.network.on(TOKEN, () => {
      renewed += 1
      return json(tokenDocument({ access_token: `t${renewed}`, refresh_token: `r${renewed}` }))
    })
    await expectCode(fetch(call()), 'step_up_refused')
    equal(signIns.length, 3)
    // Before the first sign-in and after each: the token there was, and one renewed.
    equal(received.length, 2 * 4)
  })

  it('steps up with the union of what was asked before and what is missing (A7.46)', async () => {
    const { fetch, world } = await signedIn((_token, count) =>
      count === 1 ? insufficient('write') : new Response('ok'),
    )
    equal((await fetch(call())).status, 200)
    equal(world.opened[1]?.get('scope'), 'read write')
  })

  it('does not ask again for scopes that were refused (A7.46)', async () => {
    let deny = false
    const world = fakeWorld({
      response: (request) => ({
        state: request.get('state') ?? '',
        iss: ISSUER,
        ...(deny ? { error: 'access_denied' } : { code: 'c' }),
      }),
    })
    const { fetch, signIns } = await signedIn(() => insufficient('write'), world)
    deny = true
    await expectCode(fetch(call()), 'authorization_denied')
    await expectCode(fetch(call()), 'step_up_refused')
    equal(signIns.length, 1)
  })

  it('hands on a 403 that no sign-in can change', async () => {
    const { fetch, signIns } = await signedIn(() => new Response('no', { status: 403 }))
    equal((await fetch(call())).status, 403)
    equal(signIns.length, 0)
  })
})
