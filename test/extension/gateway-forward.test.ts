import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  ANSWER_TIMEOUT_MS,
  MAX_BODY_BYTES,
  REPLAY_BODY_BYTES,
} from '../../extension/src/gateway/limits.ts'
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

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const json = (response: ServerResponse, body = '{}', headers: Record<string, string> = {}) =>
  void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body)

describe('What the gateway passes on', () => {
  it('passes MCP’s header fields of both eras to the server, and nothing of the editor’s own', async () => {
    await within(
      (_request, response) => json(response),
      async (world) => {
        await world.ask({
          headers: {
            'mcp-session-id': 's1',
            'mcp-protocol-version': '2026-07-28',
            'mcp-method': 'tools/call',
            'mcp-name': 'costs',
            'mcp-param-region': 'eu',
            'last-event-id': '42',
            cookie: 'a=b',
            'x-forwarded-for': '10.0.0.1',
            referer: 'vscode-file://x',
            te: 'trailers',
            connection: 'close, x-hop',
            'x-hop': '1',
          },
        })
        const { headers } = world.received[0]!
        const names = Object.keys(headers).filter((name) => !['host', 'connection'].includes(name))
        deepEqual(names.sort(), [
          'accept',
          'authorization',
          'content-length',
          'content-type',
          'last-event-id',
          'mcp-method',
          'mcp-name',
          'mcp-param-region',
          'mcp-protocol-version',
          'mcp-session-id',
        ])
        equal(headers['mcp-session-id'], 's1')
        equal(headers['last-event-id'], '42')
        equal(headers.authorization, 'Bearer the-access-token')
      },
    )
  })

  it('passes the server’s header fields back, without those of its connection and its sign-in', async () => {
    await within(
      (_request, response) =>
        json(response, '{}', {
          'mcp-session-id': 's2',
          'www-authenticate': 'Bearer scope="all"',
          'set-cookie': 'a=b',
          'access-control-allow-origin': '*',
          'strict-transport-security': 'max-age=1',
          connection: 'keep-alive, x-hop',
          'x-hop': '1',
          'x-request-id': 'r1',
        }),
      async (world) => {
        const { headers } = await world.ask()
        equal(headers['mcp-session-id'], 's2')
        equal(headers['x-request-id'], 'r1')
        for (const name of [
          'www-authenticate',
          'set-cookie',
          'access-control-allow-origin',
          'strict-transport-security',
          'x-hop',
        ])
          equal(headers[name], undefined, name)
      },
    )
  })

  it('passes status and body of every other answer as they are', async () => {
    for (const status of [202, 400, 404, 405, 429, 500, 503]) {
      await within(
        (_request, response) => void response.writeHead(status, { 'retry-after': '9' }).end('why'),
        async (world) => {
          const got = await world.ask()
          deepEqual([got.status, got.body, got.headers['retry-after']], [status, 'why', '9'])
        },
      )
    }
  })

  it('keeps the connection to the server alive between requests', async () => {
    const ports = new Set<number | undefined>()
    await within(
      (request, response) => {
        ports.add(request.socket.remotePort)
        json(response)
      },
      async (world) => {
        for (let n = 0; n < 5; n += 1) await world.ask()
        equal(ports.size, 1)
      },
    )
  })

  it('passes a compressed body as it is, and what the editor can read to the server', async () => {
    await within(
      (request, response) => {
        equal(request.headers['accept-encoding'], 'gzip')
        const body = gzipSync('{"packed":true}')
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
        response.end(body)
      },
      async (world) => {
        const answer = await world.open({ headers: { 'accept-encoding': 'gzip' } }).answer
        const chunks: Buffer[] = []
        for await (const chunk of answer) chunks.push(chunk as Buffer)
        equal(answer.headers['content-encoding'], 'gzip')
        equal(gunzipSync(Buffer.concat(chunks)).toString('utf8'), '{"packed":true}')
      },
    )
  })

  it('sends a body that is too long to be held as it comes', async () => {
    const long = Buffer.alloc(REPLAY_BODY_BYTES * 3, 'x')
    await within(
      (_request, response) => json(response),
      async (world) => {
        equal((await world.ask({ body: long })).status, 200)
        equal(world.received[0]?.body.length, long.length)
      },
    )
  })

  it('answers 413 for a body over the limit, whether its length is announced or not', async () => {
    await within(
      (_request, response) => json(response),
      async (world) => {
        const announced = { 'content-length': String(MAX_BODY_BYTES + 1) }
        const { outgoing, answer } = world.open({ headers: announced, body: 'x' })
        equal((await answer).statusCode, 413)
        outgoing.destroy()
        equal(world.received.length, 0)
        const tooLong = Buffer.alloc(MAX_BODY_BYTES + 1)
        const chunked = { 'transfer-encoding': 'chunked' }
        equal((await world.ask({ headers: chunked, body: tooLong })).status, 413)
        equal(world.received.length, 0, 'the server never got a whole request')
      },
    )
    // 64 MB through three of them take a busy machine a while.
  }).timeout(120_000)
})

describe('Streams through the gateway', () => {
  const EVENT_STREAM = { 'content-type': 'text/event-stream' }

  it('opens a stream before its first event, and passes each event when it comes', async () => {
    const opened = deferred<ServerResponse>()
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM).flushHeaders()
        opened.resolve(response)
      },
      async (world) => {
        const answer = await world.open({ method: 'GET' }).answer
        equal(answer.headers['content-type'], 'text/event-stream')
        const upstream = await opened.promise
        for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
          upstream.write(event)
          const [chunk] = (await once(answer, 'data')) as [Buffer]
          equal(chunk.toString('utf8'), event)
        }
        upstream.end()
        await once(answer, 'end')
      },
    )
  })

  it('stops reading from a server when the editor does not read', async () => {
    const PIECE = Buffer.alloc(65_536, 'x')
    const blocked = deferred<number>()
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM)
        let sent = 0
        const more = () => {
          // Far more than all socket buffers on the way can hold.
          while (sent < 64 * 1_048_576) {
            sent += PIECE.length
            if (response.write(PIECE)) continue
            response.once('drain', more)
            return
          }
          response.end()
        }
        more()
        // Blocked for good once the buffers on the way are full.
        let last = -1
        const watch = setInterval(() => {
          if (sent === last) blocked.resolve(sent)
          last = sent
        }, 200)
        response.once('close', () => clearInterval(watch))
      },
      async (world) => {
        const answer = await world.open({ method: 'GET' }).answer
        answer.pause()
        const sent = await blocked.promise
        ok(sent < 64 * 1_048_576, `${sent} bytes were taken in`)
        let size = 0
        for await (const chunk of answer) size += (chunk as Buffer).length
        equal(size, 64 * 1_048_576)
      },
    )
  })

  it('ends the server’s side when the editor vanishes in mid-stream', async () => {
    const closed = deferred<undefined>()
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM).write('data: 1\n\n')
        response.once('close', () => closed.resolve(undefined))
      },
      async (world) => {
        const { outgoing, answer } = world.open({ method: 'GET' })
        await once(await answer, 'data')
        outgoing.destroy()
        await closed.promise
        equal(world.failures.length, 0, 'nobody failed')
      },
    )
  })

  it('ends the server’s side when the editor leaves before there is an answer', async () => {
    const arrived = deferred<undefined>()
    const closed = deferred<undefined>()
    await within(
      (request) => {
        request.socket.once('close', () => closed.resolve(undefined))
        arrived.resolve(undefined)
      },
      async (world) => {
        const { outgoing } = world.open()
        await arrived.promise
        outgoing.destroy()
        await closed.promise
        equal(world.failures.length, 0)
      },
    )
  })

  it('breaks off towards the editor when the server resets in mid-stream', async () => {
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM).write('data: 1\n\n')
        setImmediate(() => response.socket?.resetAndDestroy())
      },
      async (world) => {
        await rejects(textOf(await world.open({ method: 'GET' }).answer))
      },
    )
  })

  it('ends the streams of a server that chat stops using, on both sides', async () => {
    const closed = deferred<undefined>()
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM).write('data: 1\n\n')
        response.once('close', () => closed.resolve(undefined))
      },
      async (world) => {
        const answer = await world.open({ method: 'GET' }).answer
        await once(answer, 'data')
        const read = textOf(answer)
        world.gateway.shut(world.session.id)
        await rejects(read)
        await closed.promise
      },
    )
  })

  it('ends its streams when the extension is deactivated, on both sides', async () => {
    const closed = deferred<undefined>()
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM).write('data: 1\n\n')
        response.once('close', () => closed.resolve(undefined))
      },
      async (world) => {
        const answer = await world.open({ method: 'GET' }).answer
        await once(answer, 'data')
        const read = textOf(answer)
        await world.gateway.close()
        await rejects(read)
        await closed.promise
        await rejects(world.ask(), 'nobody listens any more')
      },
    )
  })
})

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
