import { deepEqual, equal } from 'node:assert/strict'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import {
  accessOf,
  fakeWorld,
  ISSUER,
  REDIRECT,
  TOKEN,
  tokenDocument,
} from '../support/fake-world.ts'

describe('Exchanging the code (A6.37 to A6.39)', () => {
  it('sends code, verifier, redirect_uri and resource, and no Authorization header for a public client (A6.37, A6.38)', async () => {
    const world = fakeWorld()
    await world.signIn()
    const [request] = world.network.to(TOKEN)
    deepEqual([...(request?.body.keys() ?? [])].sort(), [
      'client_id',
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
      'resource',
    ])
    equal(request?.body.get('redirect_uri'), REDIRECT)
    equal('authorization' in request.headers, false)
  })

  it('keeps the granted scopes, and what was asked when the server does not say (RFC 6749 section 5.1)', async () => {
    deepEqual((await fakeWorld({ token: { scope: 'read other' } }).signIn()).scopes, [
      'read',
      'other',
    ])
    deepEqual((await fakeWorld().signIn()).scopes, ['read'])
  })

  const refusals: [
    string,
    () => Response,
    'token_refused' | 'token_invalid' | 'token_unreachable',
  ][] = [
    ['an OAuth error', () => json({ error: 'invalid_grant' }, 400), 'token_refused'],
    ['invalid_client', () => json({ error: 'invalid_client' }, 401), 'token_refused'],
    ['HTML with status 200', () => new Response('<html>'), 'token_invalid'],
    ['no access_token', () => json({ token_type: 'Bearer' }), 'token_invalid'],
    ['an unknown token_type', () => json(tokenDocument({ token_type: 'mac' })), 'token_invalid'],
    [
      'a bound token nobody asked for',
      () => json(tokenDocument({ token_type: 'DPoP' })),
      'token_invalid',
    ],
    ['a broken gateway', () => new Response('oops', { status: 502 }), 'token_unreachable'],
  ]
  for (const [name, answer, code] of refusals) {
    it(`answers ${name} with ${code}, and never sends the code twice (A6.39)`, async () => {
      const world = fakeWorld()
      world.network.on(TOKEN, answer)
      await expectCode(world.signIn(), code)
      equal(world.network.to(TOKEN).length, 1)
      equal(world.secrets.entries.size, 0)
      equal(world.receiver.closed, 1)
    })
  }

  it('does not follow a redirect of the token endpoint', async () => {
    const world = fakeWorld()
    const location = 'https://elsewhere.test/token'
    world.network.on(TOKEN, () => new Response(null, { status: 307, headers: { location } }))
    await expectCode(world.signIn(), 'token_unreachable')
    equal(world.network.to(location).length, 0)
  })

  it('names the account from an unverified token for display only, cut to a menu’s length', async () => {
    const claims = Buffer.from(JSON.stringify({ sub: 'u1', email: 'a'.repeat(200) }))
    const jwt = `x.${claims.toString('base64url')}.y`
    const session = await fakeWorld({ token: { access_token: jwt } }).signIn()
    equal(session.accountKey, 'u1')
    equal(session.accountLabel?.length, 80)
  })
})

describe('DPoP (A9.61, RFC 9449)', () => {
  const facts = {
    issuer: { dpop_signing_alg_values_supported: ['ES256'] },
    challenge: `DPoP algs="ES256", resource_metadata="https://mcp.service.test/.well-known/oauth-protected-resource/mcp"`,
    token: { token_type: 'DPoP' },
  }

  it('binds the token to a key when resource and server both want it', async () => {
    const world = fakeWorld(facts)
    const access = await accessOf(world.client, await world.signIn())
    equal(access.tokenType, 'dpop')
    equal(world.network.to(TOKEN)[0]?.headers.dpop?.split('.').length, 3)
  })

  it('sends the request once more with the server’s nonce (RFC 9449 section 8)', async () => {
    const world = fakeWorld(facts)
    const proofs: string[] = []
    world.network.on(TOKEN, ({ headers }) => {
      proofs.push(headers.dpop ?? '')
      return proofs.length === 1
        ? json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'n1' })
        : json(tokenDocument({ token_type: 'DPoP' }))
    })
    await world.signIn()
    const claims = Buffer.from(proofs[1]?.split('.')[1] ?? '', 'base64url').toString()
    equal((JSON.parse(claims) as { nonce: string }).nonce, 'n1')
  })

  it('sends a code once, whatever is refused but a missing nonce (A6.39)', async () => {
    const world = fakeWorld(facts)
    world.network.on(TOKEN, () => json({ error: 'invalid_grant' }, 400, { 'dpop-nonce': 'n1' }))
    equal((await expectCode(world.signIn(), 'token_refused')).error, 'invalid_grant')
    equal(world.network.to(TOKEN).length, 1)
  })

  it('refuses an unbound token where proof was required', async () => {
    const detail = await expectCode(fakeWorld({ ...facts, token: {} }).signIn(), 'token_invalid')
    deepEqual(detail, { issuer: ISSUER, reason: 'token_type' })
  })

  it('is not used when only the server lists it', async () => {
    const world = fakeWorld({ issuer: facts.issuer })
    equal((await accessOf(world.client, await world.signIn())).tokenType, 'bearer')
  })
})
