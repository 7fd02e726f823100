import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { rpcFailure, withinGateway as within } from '../support/gateway-world.ts'

/** Answers each request with these bytes, and closes or leaves the connection as it is. */
const says =
  (bytes: string, then: 'close' | 'stay' = 'stay') =>
  ({ socket }: IncomingMessage) => {
    if (then === 'close') socket.end(bytes, 'latin1')
    else socket.write(bytes, 'latin1')
  }

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const BODY = '{"ok":true}'
const WHOLE = `${OK}Content-Length: ${BODY.length}\r\n\r\n${BODY}`

describe('A server whose answer is no HTTP', () => {
  const broken: readonly (readonly [string, string])[] = [
    ['has two lengths', `${OK}Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}`],
    [
      'has a length and chunks',
      `${OK}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['has a NUL in a field', `${OK}X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}`],
    ['has a field without a name', `${OK}: x\r\nContent-Length: 2\r\n\r\n{}`],
    ['is not HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
    [
      'switches to a protocol nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
  ]
  for (const [what, bytes] of broken) {
    it(`becomes the error of the request when it ${what}`, async () => {
      await within(says(bytes), async (world) => {
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'server_unreachable' })
      })
    })
  }

  for (const status of ['099', '999']) {
    it(`becomes the error of the request when its status is ${status}`, async () => {
      const answer = `HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\n{}`
      await within(says(answer), async (world) => {
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'internal' })
      })
    })
  }

  const half: readonly (readonly [string, string])[] = [
    ['is shorter than its length', `${OK}Content-Length: 100\r\n\r\n{"ok":`],
    ['ends before its last chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n6\r\n{"ok":\r\n`],
    [
      'has a chunk size that is none',
      `${OK}Transfer-Encoding: chunked\r\n\r\n6\r\n{"ok":\r\nx\r\n`,
    ],
  ]
  for (const [what, bytes] of half) {
    it(`never looks whole to the editor when its body ${what}`, async () => {
      await within(says(bytes, 'close'), async (world) => {
        await rejects(world.ask())
      })
    })
  }

  it('breaks off when the server resets in the middle of a JSON answer', async () => {
    await within(
      (_request, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"ok":')
        setImmediate(() => response.socket?.resetAndDestroy())
      },
      async (world) => {
        await rejects(world.ask())
      },
    )
  })
})

describe('A server whose answer is unusual HTTP', () => {
  it('is waited for through its interim answers (RFC 9110 section 15.2)', async () => {
    const interim = 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'
    await within(says(interim + WHOLE), async (world) => {
      const { status, body, headers } = await world.ask()
      deepEqual([status, body, headers.link], [200, BODY, undefined])
    })
  })

  it('is whole when its end is the end of the connection (RFC 9112 section 6.3)', async () => {
    await within(says(`HTTP/1.0 200 OK\r\n\r\n${BODY}`, 'close'), async (world) => {
      const { status, body } = await world.ask()
      deepEqual([status, body], [200, BODY])
    })
  })

  it('has no second answer for the next request', async () => {
    let n = 0
    await within(
      (request) => {
        n += 1
        says(n === 1 ? WHOLE + WHOLE.replace('true', 'evil') : WHOLE)(request)
      },
      async (world) => {
        equal((await world.ask()).body, BODY)
        equal((await world.ask()).body, BODY)
      },
    )
  })

  it('may answer before it has read the request', async () => {
    await within(
      (_request, response) => void response.writeHead(422).end('no'),
      async (world) => {
        const long = Buffer.alloc(4_000_000, 'x')
        const headers = { 'x-stream-body': '1' }
        const got = await world.ask({ body: long, headers })
        deepEqual([got.status, got.body], [422, 'no'])
      },
    )
  })

  it('learns the length of a long body as the editor announced it', async () => {
    await within(
      (_request, response) => void response.end(BODY),
      async (world) => {
        const long = Buffer.alloc(3_000_000, 'x')
        await world.ask({ body: long, headers: { 'content-length': String(long.length) } })
        await world.ask({ body: long, headers: { 'transfer-encoding': 'chunked' } })
        const seen = world.received.map(({ headers, body }) => [
          headers['content-length'],
          headers['transfer-encoding'],
          body.length,
        ])
        deepEqual(seen, [
          ['3000000', undefined, 3_000_000],
          [undefined, 'chunked', 3_000_000],
        ])
      },
    )
  })

  it('has its head and its first event in one piece when it sends them so', async () => {
    await within(
      says(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n`),
      async (world) => {
        const answer = await world.open({ method: 'GET' }).answer
        // What arrived with the head is parsed in one go with it.
        equal(answer.readableLength > 0, true)
        const [chunk] = (await once(answer, 'data')) as [Buffer]
        match(chunk.toString(), /data: 1/)
        answer.destroy()
      },
    )
  })
})

describe('Sign-in answers of a server, whatever they are about', () => {
  const asksOnce =
    (status: number, rest: (response: ServerResponse) => void) =>
    ({ headers }: IncomingMessage, response: ServerResponse) => {
      if (headers.authorization === 'Bearer fresh') rest(response)
      else response.writeHead(status, { 'www-authenticate': 'Bearer' }).end()
    }

  it('are settled for the stream of a session (A7.46)', async () => {
    const stream = (response: ServerResponse) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: 1\n\n')
    await within(asksOnce(401, stream), async (world) => {
      world.refreshTo('fresh')
      const headers = { 'last-event-id': '41', 'mcp-session-id': 's' }
      const { status, body } = await world.ask({ method: 'GET', headers })
      deepEqual([status, body], [200, 'data: 1\n\n'])
      deepEqual(
        world.received.map(({ headers: sent }) => [sent['last-event-id'], sent['mcp-session-id']]),
        [
          ['41', 's'],
          ['41', 's'],
        ],
      )
    })
  })

  it('are settled for the end of a session, and for a notification (A7.46)', async () => {
    for (const request of [
      { method: 'DELETE' },
      { body: '{"jsonrpc":"2.0","method":"notifications/cancelled"}' },
    ]) {
      await within(
        asksOnce(401, (response) => void response.writeHead(202).end()),
        async (world) => {
          world.refreshTo('fresh')
          equal((await world.ask(request)).status, 202)
          equal(world.received.length, 2)
        },
      )
    }
  })

  it('are the same when a stream has ended with its token: the next one has a new token', async () => {
    await within(
      ({ headers }, response) => {
        if (headers.authorization !== 'Bearer fresh' && headers['last-event-id'] === '1') {
          response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
          return
        }
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: 1\n\n')
        if (headers['last-event-id'] === undefined) setImmediate(() => void response.destroy())
        else response.end()
      },
      async (world) => {
        await rejects(world.ask({ method: 'GET' }))
        world.refreshTo('fresh')
        const next = await world.ask({ method: 'GET', headers: { 'last-event-id': '1' } })
        equal(next.status, 200)
      },
    )
  })
})
