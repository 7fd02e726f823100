import { deepEqual, equal } from 'node:assert/strict'
import { readChallenge } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { fakeWorld, SERVER } from '../support/fake-world.ts'

const read = async (header: string) =>
  await readChallenge(new Response(null, { status: 401, headers: { 'www-authenticate': header } }))

describe('The challenge of a 401 (A1.2, RFC 6750 section 3)', () => {
  it('reads quoted and unquoted values', async () => {
    const challenge = await read(
      'Bearer realm=x, resource_metadata="https://a.test/m", scope="a b", error=invalid_token',
    )
    equal(challenge?.resourceMetadata, 'https://a.test/m')
    deepEqual(challenge.scopes, ['a', 'b'])
    equal(challenge.error, 'invalid_token')
  })

  it('finds the Bearer challenge among others, whatever its case', async () =>
    deepEqual((await read('Basic realm="a, Bearer b", bEaReR scope="x"'))?.scopes, ['x']))

  it('sees that a server wants DPoP (RFC 9449 section 7.1)', async () =>
    equal((await read('DPoP algs="ES256"'))?.dpop, true))

  it('is absent when no known scheme is offered', async () =>
    equal(await read('Basic realm="x"'), undefined))
})

describe('Asking a server for its challenge', () => {
  it('says that a server which answers 200 needs no sign-in', async () => {
    const world = fakeWorld()
    world.network.on(SERVER, () => new Response('{}'))
    equal((await expectCode(world.signIn(), 'server_open')).status, 200)
    equal(world.receiver.opened, 0)
  })

  for (const status of [403, 404, 500]) {
    it(`does not take a ${status} for a request to sign in`, async () => {
      const world = fakeWorld()
      world.network.on(SERVER, () => new Response(null, { status }))
      equal((await expectCode(world.signIn(), 'server_unexpected_status')).status, status)
    })
  }

  it('follows no redirect (A1.7)', async () => {
    const world = fakeWorld()
    const location = 'https://elsewhere.test/'
    world.network.on(SERVER, () => new Response(null, { status: 302, headers: { location } }))
    equal((await expectCode(world.signIn(), 'server_unreachable')).reason, 'redirected')
    equal(world.network.to(location).length, 0)
  })

  for (const [code, reason] of [
    ['ENOTFOUND', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'reset'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ] as const) {
    it(`says ${reason} for ${code}`, async () => {
      const world = fakeWorld()
      world.network.on(SERVER, () => {
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) })
      })
      equal((await expectCode(world.signIn(), 'server_unreachable')).reason, reason)
    })
  }

  it('gives up on a server that never answers', async () => {
    const world = fakeWorld()
    world.network.on(
      SERVER,
      async (_request, signal) =>
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
          queueMicrotask(() => world.clock.advance(20_000))
        }),
    )
    equal((await expectCode(world.signIn(), 'server_unreachable')).reason, 'timeout')
  })
})
