import { createHash } from 'node:crypto'
import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { json } from '../support/fake-ports.ts'
import {
  approve,
  CLIENT_ID,
  fakeWorld,
  ISSUER,
  REDIRECT,
  SERVER,
  TOKEN,
} from '../support/fake-world.ts'

const PAR = `${ISSUER}/par`

describe('The authorization request (A4.21 to A4.30)', () => {
  it('carries PKCE S256 with a fresh verifier each time (A4.21)', async () => {
    const world = fakeWorld()
    await world.signIn()
    await world.signIn()
    const [first, second] = world.opened
    equal(first?.get('code_challenge_method'), 'S256')
    notEqual(first.get('code_challenge'), second?.get('code_challenge'))
    const verifier = world.network.to(TOKEN)[0]?.body.get('code_verifier') ?? ''
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    equal(first.get('code_challenge'), challenge)
  })

  it('carries a state of base64url characters with at least 256 bits, new each time (A4.22)', async () => {
    const world = fakeWorld()
    await world.signIn()
    await world.signIn()
    const [first, second] = world.opened.map((request) => request.get('state') ?? '')
    match(first ?? '', /^[\w-]{43,}$/)
    notEqual(first, second)
  })

  it('sends the resource verbatim to both endpoints (A4.24)', async () => {
    const world = fakeWorld()
    await world.signIn()
    equal(world.opened[0]?.get('resource'), SERVER)
    equal(world.network.to(TOKEN)[0]?.body.get('resource'), SERVER)
  })

  it('repeats no parameter (A4.29)', async () => {
    const world = fakeWorld({
      issuer: { authorization_endpoint: `${ISSUER}/authorize?client_id=x` },
    })
    await world.signIn()
    for (const name of world.opened[0]?.keys() ?? []) equal(world.opened[0]?.getAll(name).length, 1)
    equal(world.opened[0]?.get('client_id'), CLIENT_ID)
  })

  for (const [listed, sent] of [
    [['none', 'login', 'select_account'], 'select_account'],
    [['login'], 'login'],
    [undefined, null],
  ] as const) {
    it(`asks for another account as the server lists it: ${String(sent)} (C5)`, async () => {
      const world = fakeWorld({ issuer: { prompt_values_supported: listed } })
      await world.signIn()
      await world.signIn({ anotherAccount: true })
      deepEqual(
        world.opened.map((request) => request.get('prompt')),
        [null, sent],
      )
    })
  }

  it('adds parameters from settings without letting them replace those of the protocol', async () => {
    const world = fakeWorld()
    const extra = { audience: 'api', redirect_uri: 'https://evil.test', state: 'x' }
    await world.signIn({ extraParameters: new Map([[ISSUER, extra]]) })
    equal(world.opened[0]?.get('audience'), 'api')
    equal(world.opened[0].get('redirect_uri'), REDIRECT)
    notEqual(world.opened[0].get('state'), 'x')
  })

  it('is pushed when the server requires that (A4.30, RFC 9126)', async () => {
    const world = fakeWorld({
      issuer: {
        require_pushed_authorization_requests: true,
        pushed_authorization_request_endpoint: PAR,
      },
      response: () => ({ code: 'the-code', state: pushed(), iss: ISSUER }),
    })
    const pushed = () => world.network.to(PAR).at(-1)?.body.get('state') ?? ''
    world.network.on(PAR, () => json({ request_uri: 'urn:pushed:1', expires_in: 60 }, 201))
    await world.signIn()
    deepEqual([...(world.opened[0]?.keys() ?? [])].sort(), ['client_id', 'request_uri'])
    equal(world.network.to(PAR)[0]?.body.get('resource'), SERVER)
  })
})

describe('Scopes (A4.25, A4.26)', () => {
  const cases: [string, Parameters<typeof fakeWorld>[0], string | null][] = [
    ['those of the challenge', { resource: { scopes_supported: ['x', 'y'] } }, 'read'],
    [
      'everything the resource lists, without a challenged scope',
      { challenge: 'Bearer', resource: { scopes_supported: ['x', 'y'] } },
      'x y',
    ],
    ['none at all when nobody names any', { challenge: 'Bearer' }, null],
    [
      'offline_access too, when the server lists it',
      { issuer: { scopes_supported: ['read', 'offline_access'] } },
      'read offline_access',
    ],
    ['no offline_access otherwise', { issuer: { scopes_supported: ['read'] } }, 'read'],
    ['the empty challenge as none', { challenge: 'Bearer scope=""' }, null],
  ]
  for (const [name, facts, scope] of cases) {
    it(`asks for ${name}`, async () => {
      const challenge = facts?.challenge
      const prm = 'https://mcp.service.test/.well-known/oauth-protected-resource/mcp'
      const world = fakeWorld({
        ...facts,
        ...(challenge === undefined
          ? {}
          : {
              challenge: `${challenge}${challenge === 'Bearer' ? ' ' : ', '}resource_metadata="${prm}"`,
            }),
      })
      await world.signIn()
      equal(world.opened[0]?.get('scope'), scope)
    })
  }

  it('asks for what a setting pins, and only that', async () => {
    const world = fakeWorld()
    await world.signIn({ pinnedScopes: ['admin'] })
    equal(world.opened[0]?.get('scope'), 'admin')
  })

  it('asks once more without offline_access when that was refused', async () => {
    const refuseOffline = (request: URLSearchParams) =>
      request.get('scope')?.includes('offline_access') === true
        ? { error: 'invalid_scope', state: request.get('state') ?? '', iss: ISSUER }
        : approve(request)
    const world = fakeWorld({
      issuer: { scopes_supported: ['read', 'offline_access'] },
      response: refuseOffline,
    })
    await world.signIn()
    deepEqual(
      world.opened.map((request) => request.get('scope')),
      ['read offline_access', 'read'],
    )
  })
})
