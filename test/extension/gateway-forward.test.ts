import { deepEqual, equal } from 'node:assert/strict'
import { gunzipSync, gzipSync } from 'node:zlib'
import { MAX_BODY_BYTES, REPLAY_BODY_BYTES } from '../../extension/src/gateway/limits.ts'
import { withinGateway as within } from '../support/gateway-world.ts'
import { answerJson as json } from '../support/gateway-answers.ts'

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

  it('announces no body for a request that has none (RFC 9110 section 8.6)', async () => {
    await within(
      (_request, response) => json(response),
      async (world) => {
        await world.ask({ method: 'DELETE' })
        await world.ask({ body: '' })
        deepEqual(
          world.received.map(({ method, headers }) => [method, headers['content-length']]),
          [
            ['DELETE', undefined],
            ['POST', '0'],
          ],
        )
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
