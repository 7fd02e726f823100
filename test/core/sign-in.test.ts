import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import {
  accessOf,
  approve,
  AS_METADATA,
  fakeWorld,
  ISSUER,
  issuerDocument,
  PRM,
  resourceDocument,
  SERVER,
  TOKEN,
  tokenDocument,
} from '../support/fake-world.ts'

/** Everything confidential that a sign-in of the fake world handles. */
const SECRETS = /the-code|the-access-token|the-refresh-token/

describe('A sign-in as a whole', () => {
  it('makes four requests: challenge, two documents, token', async () => {
    const world = fakeWorld()
    await world.signIn()
    equal(world.network.sent.length, 4)
  })

  it('traces each step once, and no secret (A7.47)', async () => {
    const world = fakeWorld()
    await world.signIn()
    deepEqual(
      world.log.events.map(({ step }) => step),
      [
        'challenge',
        'resource-metadata',
        'issuer-metadata',
        'receiver',
        'identity',
        'authorization-request',
        'browser',
        'authorization-response',
        'token',
        'session',
      ],
    )
    const text = JSON.stringify(world.log.events)
    equal(SECRETS.test(text), false)
    for (const name of ['state', 'code_challenge']) {
      equal(text.includes(world.opened[0]?.get(name) ?? 'missing'), false, name)
    }
  })

  it('records what the answer is judged by before the browser opens (A4.23)', async () => {
    const answer = { authorization_response_iss_parameter_supported: undefined }
    const world = fakeWorld({
      // Whoever can change the metadata while the page is open cannot change what is compared.
      response: (request) => {
        const moved = issuerDocument({ ...answer, issuer: 'https://evil.test' })
        world.network.on(AS_METADATA, () => json(moved))
        return { ...approve(request), iss: 'https://evil.test' }
      },
    })
    await expectCode(world.signIn(), 'redirect_issuer_mismatch')
    const steps = world.log.events.map(({ step }) => step)
    equal(steps.indexOf('authorization-request') < steps.indexOf('browser'), true)
    equal(world.network.to(TOKEN).length, 0)
  })

  it('keeps the tokens of each authorization server and each resource apart (A6.42)', async () => {
    let iss: string = ISSUER
    const world = fakeWorld({ response: (request) => ({ ...approve(request), iss }) })
    const first = await world.signIn()
    const moved = 'https://login.other.test'
    iss = moved
    world.network.on(PRM, () => json(resourceDocument({ authorization_servers: [moved] })))
    const token_endpoint = `${moved}/token`
    world.network.on(`${moved}/.well-known/oauth-authorization-server`, () =>
      json(issuerDocument({ issuer: moved, token_endpoint })),
    )
    world.network.on(token_endpoint, () => json(tokenDocument({ access_token: 'another-token' })))
    const second = await world.signIn()
    notEqual(first.id, second.id)
    equal((await accessOf(world.client, first)).accessToken, 'the-access-token')
    equal((await accessOf(world.client, second)).accessToken, 'another-token')
  })

  it('joins a second one to the same server, and opens one page', async () => {
    const world = fakeWorld()
    const [first, second] = await Promise.all([world.signIn(), world.signIn()])
    equal(first.id, second.id)
    equal(world.opened.length, 1)
  })

  it('goes on for the other one when one of two callers cancels', async () => {
    const world = fakeWorld()
    const leaving = new AbortController()
    const attempts = [world.signIn({}, leaving.signal), world.signIn()] as const
    leaving.abort()
    await expectCode(attempts[0], 'cancelled')
    equal((await attempts[1]).server, SERVER)
  })

  it('can be cancelled while the page is open; the listener closes and nothing is kept', async () => {
    const cancel = new AbortController()
    const world = fakeWorld({
      ports: {
        openBrowser: async () => {
          cancel.abort()
          return true
        },
      },
    })
    await expectCode(world.signIn({}, cancel.signal), 'cancelled')
    await new Promise((resolve) => setImmediate(resolve))
    equal(world.receiver.closed, 1)
    equal(world.secrets.entries.size, 0)
  })

  it('gives up after five minutes of silence, as when the server refused the document (A3.20)', async () => {
    const world = fakeWorld({
      ports: {
        openBrowser: async () => {
          setImmediate(() => world.clock.advance(300_000))
          return true
        },
      },
    })
    equal((await expectCode(world.signIn(), 'redirect_timeout')).seconds, 300)
    equal(world.receiver.closed, 1)
  })

  it('says so when no browser was opened', async () => {
    const world = fakeWorld({ ports: { openBrowser: async () => false } })
    await expectCode(world.signIn(), 'browser_not_opened')
    equal(world.receiver.closed, 1)
  })

  it('opens nothing before discovery has succeeded', async () => {
    const world = fakeWorld({ resource: { resource: 'https://other.test' } })
    await expectCode(world.signIn(), 'resource_mismatch')
    equal(world.receiver.opened, 0)
  })

  it('reports a receiver that cannot be opened', async () => {
    const world = fakeWorld()
    const { SignInError } = await import('@signet/core')
    const openReceiver = async () =>
      await Promise.reject(new SignInError('receiver_unavailable', { reason: 'none' }))
    await expectCode(world.signIn({ openReceiver }), 'receiver_unavailable')
  })
})
