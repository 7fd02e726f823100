import { deepEqual, equal, ok } from 'node:assert/strict'

import { expectCode } from '../../support/expect-code.ts'
import { json } from '../../support/fake-ports.ts'
import {
  approve,
  fakeWorld,
  ISSUER,
  issuerDocument,
  PRM,
  REGISTER,
  resourceDocument,
  REVOKE,
  SERVER,
  TOKEN,
} from '../../support/fake-world.ts'
import { assertContained, expectRefusal } from './witness.ts'

import { call, inUse } from './in-use.ts'

const EVIL = 'https://evil.test'
const HONEST = { token: TOKEN, revocation: REVOKE, server: SERVER }

const wants = (scope: string) =>
  new Response(null, {
    status: 403,
    headers: {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}", resource_metadata="${PRM}"`,
    },
  })

describe('D12: a known server that names another authorization server', () => {
  it('leads a new sign-in there with nothing of the old one', async () => {
    const next = 'https://next.test'
    const offers = { client_id_metadata_document_supported: undefined }
    const world = fakeWorld({ issuer: { ...offers, registration_endpoint: REGISTER } })
    world.network.on(REGISTER, () =>
      json(
        {
          client_id: 'the-old-client',
          client_secret: 'the-old-secret',
          token_endpoint_auth_method: 'client_secret_post',
        },
        201,
      ),
    )
    const previous = await world.signIn()
    world.network.on(PRM, () => json(resourceDocument({ authorization_servers: [next] })))
    world.network.on(`${next}/.well-known/oauth-authorization-server`, () =>
      json(
        issuerDocument({
          ...offers,
          issuer: next,
          authorization_endpoint: `${next}/authorize`,
          token_endpoint: `${next}/token`,
          registration_endpoint: `${next}/register`,
        }),
      ),
    )
    world.network.on(`${next}/register`, () => json({ client_id: 'the-new-client' }, 201))
    // The honest issuer's iss comes back: not the one asked now, so even this response ends the attempt.
    await expectCode(world.signIn({ previous }), 'redirect_issuer_mismatch')
    const there = world.network.sent.filter(({ url }) => url.startsWith(next))
    ok(there.length >= 2)
    const text = JSON.stringify(
      there.map(({ url, headers, body }) => [url, headers, body.toString()]),
    )
    equal(/the-old|the-refresh-token|the-access-token|the-code/.test(text), false)
    equal(world.opened.at(-1)?.get('client_id'), 'the-new-client')
    assertContained(world, HONEST)
  })

  it('among several is chosen from what it offers, by whoever chooses', async () => {
    const world = fakeWorld({ ports: { chooseIssuer: async () => EVIL } })
    world.network.on(PRM, () =>
      json(resourceDocument({ authorization_servers: [ISSUER, 'https://next.test'] })),
    )
    await expectRefusal(world, world.signIn(), 'issuer_not_chosen')
    equal(world.network.sent.length, 2)
  })

  it('among several is not hopped to: the one signed in at is kept while it is offered', async () => {
    const world = fakeWorld()
    const previous = await world.signIn()
    world.network.on(PRM, () => json(resourceDocument({ authorization_servers: [EVIL, ISSUER] })))
    equal((await world.signIn({ previous })).issuer, ISSUER)
    equal(
      world.network.sent.some(({ url }) => url.startsWith(EVIL)),
      false,
    )
  })
})

describe('D17: a server that asks for ever more', () => {
  it('is answered three times and no more', async () => {
    let count = 0
    const { use, asked } = await inUse(fakeWorld(), () => wants(`admin:${(count += 1)}`))
    await expectCode(use(call()), 'step_up_refused')
    equal(asked.length, 3)
  })

  it('does not get a person asked again for what they refused', async () => {
    let refuse = false
    const world = fakeWorld({
      response: (request) =>
        refuse
          ? { ...approve(request), code: undefined, error: 'access_denied' }
          : approve(request),
    })
    const { use, asked } = await inUse(world, () => wants('admin'))
    refuse = true
    await expectCode(use(call()), 'authorization_denied')
    await expectCode(use(call()), 'step_up_refused')
    equal(asked.length, 1)
  })

  it('gets the scopes of before and of the challenge asked for, and none that nobody named', async () => {
    const world = fakeWorld({ resource: { scopes_supported: ['everything'] } })
    const { use, sent } = await inUse(world, () =>
      sent.length === 1 ? wants('write') : new Response('ok'),
    )
    equal((await use(call())).status, 200)
    deepEqual(
      world.opened.map((request) => request.get('scope')),
      ['read', 'read write'],
    )
  })

  it('and an authorization server that grants more than was asked: stored as granted, asked for as before', async () => {
    const world = fakeWorld({ token: { scope: 'read admin everything' } })
    const session = await world.signIn()
    deepEqual(session.scopes, ['read', 'admin', 'everything'])
    deepEqual(session.requestedScopes, ['read'])
    await world.signIn({ previous: session })
    equal(world.opened[1]?.get('scope'), 'read')
  })
})

describe('D18: words of a server', () => {
  const words = 'Your password has expired. Call +1 555 0100\u001b[2J<img src=x>'

  it('in an authorization error are in no error and no trace', async () => {
    const world = fakeWorld({
      response: (request) => ({
        ...approve(request),
        code: undefined,
        error: 'server_error',
        error_description: words,
        error_uri: `${EVIL}/help`,
      }),
    })
    const detail = await expectRefusal(world, world.signIn(), 'authorization_failed')
    deepEqual(detail, { issuer: ISSUER, error: 'server_error' })
    equal(/password|evil/.test(JSON.stringify(world.log.events)), false)
    equal(world.pages.length, 1, 'error_uri is not opened')
  })

  it('in a token error, too, and as an error code they are cut', async () => {
    const world = fakeWorld()
    world.network.on(TOKEN, () =>
      json({ error: words.repeat(1_000), error_description: words }, 400),
    )
    const { error } = await expectRefusal(world, world.signIn(), 'token_refused', HONEST)
    equal(error.length, 1_000)
    equal(JSON.stringify(world.log.events).includes('password'), false)
  })
})
