import { deepEqual, equal, rejects } from 'node:assert/strict'
import { ANSWER_TIMEOUT_MS } from '../../extension/src/gateway/limits.ts'
import {
  CALL,
  gatewayWorld,
  rpcFailure,
  withinGateway as within,
} from '../support/gateway-world.ts'

/** The next thing a real server does, told from the test. */
function deferred<T>() {
  return Promise.withResolvers<T>()
}

describe('A server that fails behind the gateway', () => {
  it('becomes the error of the request when nothing listens there', async () => {
    const world = await gatewayWorld(() => undefined)
    await new Promise((resolve) => world.server.close(resolve))
    try {
      const got = await world.ask()
      equal(got.status, 200)
      deepEqual(rpcFailure(got), { id: 7, code: 'server_unreachable' })
    } finally {
      await world.gateway.close()
    }
  })

  it('becomes the error of the request when it resets before an answer', async () => {
    await within(
      (_request, response) => void response.socket?.resetAndDestroy(),
      async (world) => {
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'server_unreachable' })
      },
    )
  })

  it('loses the connection of a stream that fails, because the editor opens it again then', async () => {
    await within(
      (_request, response) => void response.socket?.resetAndDestroy(),
      async (world) => {
        await rejects(world.ask({ method: 'GET' }))
      },
    )
  })

  it('becomes the error of the request when header fields never end', async () => {
    const arrived = deferred<undefined>()
    await within(
      (request) => {
        request.socket.write('HTTP/1.1 200 OK\r\nx-endless: ')
        arrived.resolve(undefined)
      },
      async (world) => {
        const asked = world.ask()
        await arrived.promise
        world.timers.fire(ANSWER_TIMEOUT_MS)
        deepEqual(rpcFailure(await asked), { id: 7, code: 'server_unreachable' })
        equal(world.timers.waiting.size, 0)
      },
    )
  })

  it('becomes the error of the request when its header fields are huge', async () => {
    await within(
      (_request, response) => void response.writeHead(200, { 'x-huge': 'x'.repeat(100_000) }).end(),
      async (world) => {
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'server_unreachable' })
      },
    )
  })

  for (const location of ['https://evil.test/mcp', '/elsewhere', '//evil.test/']) {
    it(`does not follow a redirect to ${location}, with or without the token (A7.45, D7)`, async () => {
      await within(
        (_request, response) => void response.writeHead(307, { location }).end(),
        async (world) => {
          deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'cross_origin_redirect' })
          equal(world.received.length, 1)
        },
      )
    })
  }

  const nameless: readonly (readonly [string, string])[] = [
    ['a notification', JSON.stringify({ jsonrpc: '2.0', method: 'notifications/x' })],
    ['an answer to the server', JSON.stringify({ jsonrpc: '2.0', id: 3, result: {} })],
    ['a batch', `[${CALL}]`],
    ['what is not JSON', '{"id":7,'],
    ['an id that is neither string nor number', '{"method":"x","id":{"a":1}}'],
  ]
  for (const [what, body] of nameless) {
    it(`becomes 503 with Retry-After for ${what}: no request is named`, async () => {
      await within(
        (_request, response) => void response.socket?.resetAndDestroy(),
        async (world) => {
          const { status, headers } = await world.ask({ body })
          deepEqual([status, headers['retry-after']], [503, '5'])
        },
      )
    })
  }
})
