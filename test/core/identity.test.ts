import { deepEqual, equal, match } from 'node:assert/strict'
import type { PreRegisteredClient } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import {
  accessOf,
  CLIENT_ID,
  fakeWorld,
  ISSUER,
  REGISTER,
  REVOKE,
  TOKEN,
  tokenDocument,
} from '../support/fake-world.ts'

/** Of a token that was read from its form. */
type Claims = Readonly<Record<string, unknown>>

const WITHOUT_CIMD = {
  client_id_metadata_document_supported: undefined,
  registration_endpoint: REGISTER,
}

describe('Who the client says it is (A3.14 to A3.19)', () => {
  it('is the published document, byte for byte, when the server advertises CIMD (A3.15, A3.19)', async () => {
    const world = fakeWorld({ issuer: { registration_endpoint: REGISTER } })
    const session = await world.signIn()
    equal(session.registration, 'cimd')
    equal(world.opened[0]?.get('client_id'), CLIENT_ID)
    equal(world.network.to(TOKEN)[0]?.body.get('client_id'), CLIENT_ID)
    equal(world.network.to(REGISTER).length, 0)
  })

  it('is the pre-registered client of this very issuer before all others (A3.14, A3.16)', async () => {
    const own = { clientId: 'by-hand', redirectUris: undefined }
    const world = fakeWorld({
      sources: {
        preRegistered: [
          { ...own, issuer: `${ISSUER}/`, clientId: 'other', authentication: { method: 'none' } },
          {
            ...own,
            issuer: ISSUER,
            authentication: { method: 'client_secret_basic', secret: 's' },
          },
        ],
      },
    })
    equal((await world.signIn()).registration, 'pre-registered')
    equal(world.opened[0]?.get('client_id'), 'by-hand')
    match(world.network.to(TOKEN)[0]?.headers.authorization ?? '', /^Basic /)
  })

  it('is nobody else when the pre-registered client of this issuer has no secret here', async () => {
    const world = fakeWorld({
      sources: {
        preRegistered: [
          {
            issuer: ISSUER,
            clientId: 'by-hand',
            redirectUris: undefined,
            authentication: undefined,
          },
        ],
      },
    })
    const { reasons } = await expectCode(world.signIn(), 'no_client_identity')
    deepEqual(reasons, ['pre-registered: no secret stored'])
    equal(world.opened.length, 0)
  })

  for (const flag of ['true', 1, false, undefined]) {
    it(`is not the document when the flag is ${JSON.stringify(flag)} (A3.15)`, async () => {
      const issuer = { client_id_metadata_document_supported: flag }
      const { reasons } = await expectCode(fakeWorld({ issuer }).signIn(), 'no_client_identity')
      deepEqual(reasons, [
        'pre-registered: none configured for this issuer',
        'cimd: not advertised',
        'dcr: not offered',
      ])
    })
  }

  it('is not a public document where only secrets are accepted (A6.38)', async () => {
    const issuer = { token_endpoint_auth_methods_supported: ['client_secret_basic'] }
    const { reasons } = await expectCode(fakeWorld({ issuer }).signIn(), 'no_client_identity')
    equal(reasons[1], 'cimd: public clients not allowed')
  })

  it('is not a document that nobody can have published', async () => {
    const world = fakeWorld({
      sources: {
        published: {
          clientId: CLIENT_ID,
          redirectUris: ['http://127.0.0.1/callback'],
          grantTypes: ['authorization_code'],
          reservedOrigin: true,
          authentication: { method: 'none' },
        },
      },
    })
    const { reasons } = await expectCode(world.signIn(), 'no_client_identity')
    equal(reasons[1], 'cimd: the published origin is a reserved name')
    equal(world.receiver.closed, 1)
  })

  it('is not a document that does not list the redirect URI', async () => {
    const world = fakeWorld({
      sources: {
        published: {
          clientId: CLIENT_ID,
          redirectUris: ['https://client.test/callback'],
          grantTypes: ['authorization_code'],
          reservedOrigin: false,
          authentication: { method: 'none' },
        },
      },
    })
    const { reasons } = await expectCode(world.signIn(), 'no_client_identity')
    equal(reasons[1], 'cimd: redirect not in the document')
  })

  it('is registered dynamically as a native client, once per issuer (A3.17, A3.18)', async () => {
    const world = fakeWorld({ issuer: WITHOUT_CIMD })
    const bodies: unknown[] = []
    world.network.on(REGISTER, (request) => {
      bodies.push(JSON.parse([...request.body.keys()].join('&')))
      return json({ client_id: 'registered' }, 201)
    })
    equal((await world.signIn()).clientId, 'registered')
    await world.signIn()
    equal(world.network.to(REGISTER).length, 1)
    deepEqual(bodies[0], {
      client_name: 'Signet',
      redirect_uris: ['http://127.0.0.1:28630/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    })
  })

  it('is registered anew after the issuer has forgotten it (A3.18)', async () => {
    const world = fakeWorld({ issuer: WITHOUT_CIMD })
    let registered = 0
    world.network.on(REGISTER, () => {
      registered += 1
      return json({ client_id: `registered-${registered}` }, 201)
    })
    const known = new Set(['registered-2'])
    world.network.on(TOKEN, ({ body }) =>
      known.has(body.get('client_id') ?? '')
        ? json(tokenDocument())
        : json({ error: 'invalid_client' }, 401),
    )
    await expectCode(world.signIn(), 'token_refused')
    equal((await world.signIn()).clientId, 'registered-2')
    await world.signIn()
    equal(registered, 2)
  })

  it('uses the secret and the method the registration assigned (A6.38)', async () => {
    const world = fakeWorld({ issuer: WITHOUT_CIMD })
    const assigned = {
      client_id: 'registered',
      client_secret: 'assigned-secret',
      client_secret_expires_at: 0,
      token_endpoint_auth_method: 'client_secret_post',
    }
    world.network.on(REGISTER, () => json(assigned, 201))
    await world.signIn()
    equal(world.network.to(TOKEN)[0]?.body.get('client_secret'), 'assigned-secret')
  })

  it('is registered again when the secret of the registration has ended (RFC 7591 section 3.2.1)', async () => {
    const world = fakeWorld({ issuer: WITHOUT_CIMD })
    const ends = world.clock.now() / 1000 + 60
    const assigned = { client_id: 'c', client_secret: 's', client_secret_expires_at: ends }
    world.network.on(REGISTER, () => json(assigned, 201))
    await world.signIn()
    world.clock.advance(59_000)
    await world.signIn()
    equal(world.network.to(REGISTER).length, 1)
    world.clock.advance(1000)
    await world.signIn()
    equal(world.network.to(REGISTER).length, 2)
  })

  it('proves itself with its key where it was registered by hand, for as long as it has tokens (A3.16, A9.60)', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
    ])
    const client: PreRegisteredClient = {
      issuer: ISSUER,
      clientId: 'by-hand',
      authentication: {
        method: 'private_key_jwt',
        key: pair.privateKey,
        kid: 'key-1',
        typ: 'client-authentication+jwt',
      },
      redirectUris: undefined,
    }
    const world = fakeWorld({ sources: { preRegistered: [client] } })
    const session = await world.signIn()
    await accessOf(world.client, session, 'the-access-token')
    await world.client.signOut(session.id, new AbortController().signal)
    const proven = [...world.network.to(TOKEN), ...world.network.to(REVOKE)]
    equal(proven.length, 4, 'code, refresh, two revocations')
    for (const { body } of proven) {
      const [header, claims] = (body.get('client_assertion') ?? '')
        .split('.')
        .slice(0, 2)
        .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims)
      deepEqual([header?.kid, header?.typ], ['key-1', 'client-authentication+jwt'])
      deepEqual([claims?.iss, claims?.sub, claims?.aud], ['by-hand', 'by-hand', ISSUER])
    }
  })

  it('explains a refused registration by its code (A3.17)', async () => {
    const world = fakeWorld({ issuer: WITHOUT_CIMD })
    world.network.on(REGISTER, () => json({ error: 'invalid_redirect_uri' }, 400))
    const detail = await expectCode(world.signIn(), 'registration_refused')
    deepEqual(detail, { issuer: ISSUER, status: 400, error: 'invalid_redirect_uri' })
  })

  it('registers nobody when dynamic registration is switched off (A3.17)', async () => {
    const world = fakeWorld({ issuer: WITHOUT_CIMD, sources: { dynamicRegistration: false } })
    const { reasons } = await expectCode(world.signIn(), 'no_client_identity')
    equal(reasons.at(-1), 'dcr: switched off')
    equal(world.network.to(REGISTER).length, 0)
  })

  it('falls back only when told that the document was refused (A3.20)', async () => {
    const world = fakeWorld({ issuer: { registration_endpoint: REGISTER } })
    world.network.on(REGISTER, () => json({ client_id: 'registered' }, 201))
    equal((await world.signIn({ avoid: ['cimd'] })).registration, 'dcr')
  })
})
