import { deepEqual, equal, match } from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import {
  CALL,
  gatewayWorld,
  rawHead,
  sendRaw,
  withinGateway,
  type GatewayWorld,
} from '../support/gateway-world.ts'

const fine = (_request: unknown, response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')

const statuses = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, s]) => s)

describe('Requests that two readers could understand in two ways', () => {
  let world: GatewayWorld
  before(async () => (world = await gatewayWorld(fine)))
  after(async () => await world.close())

  const inside = 'GET /inside HTTP/1.1\r\nHost: x\r\n\r\n'
  const refused: readonly (readonly [string, readonly string[], string])[] = [
    ['two lengths', ['Content-Length: 2', `Content-Length: ${inside.length + 2}`], `{}${inside}`],
    ['one length twice', ['Content-Length: 2', 'Content-Length: 2'], '{}'],
    ['a list of lengths', ['Content-Length: 2, 2'], '{}'],
    ['a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 4'], '0\r\n\r\n'],
    ['a signed length', ['Content-Length: +2'], '{}'],
    ['a negative length', ['Content-Length: -2'], '{}'],
    ['a length in hexadecimal', ['Content-Length: 0x2'], '{}'],
    ['an encoding that is not known', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['chunks inside another encoding', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['a blank before the colon', ['Content-Length : 2'], '{}'],
    ['a field without a name', [': x', 'Content-Length: 2'], '{}'],
    ['a NUL in a field', ['Mcp-Name: a\0b', 'Content-Length: 2'], '{}'],
    ['a bare CR in a field', ['Mcp-Name: a\rb', 'Content-Length: 2'], '{}'],
    ['a chunk size that is none', ['Transfer-Encoding: chunked'], 'x\r\n{}\r\n0\r\n\r\n'],
    ['a signed chunk size', ['Transfer-Encoding: chunked'], '+2\r\n{}\r\n0\r\n\r\n'],
    ['a chunk longer than its size', ['Transfer-Encoding: chunked'], '1\r\n{}\r\n0\r\n\r\n'],
  ]
  for (const [what, lines, body] of refused) {
    it(`are refused and never reach the server: ${what} (RFC 9112 sections 5 and 6)`, async () => {
      const before = world.received.length
      const answer = await sendRaw(world, rawHead(world, ...lines) + body)
      deepEqual(statuses(answer), ['400'])
      equal(world.received.length, before)
    })
  }

  it('have a Host, or are not HTTP/1.1', async () => {
    const { pathname } = new URL(world.address.url)
    deepEqual(statuses(await sendRaw(world, `GET ${pathname} HTTP/1.1\r\n\r\n`)), ['400'])
    deepEqual(statuses(await sendRaw(world, `GET ${pathname} HTTP/1.0\r\n\r\n`)), ['404'])
  })

  it('are no HTTP/2, and no bytes of another protocol', async () => {
    deepEqual(statuses(await sendRaw(world, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')), ['400'])
    deepEqual(statuses(await sendRaw(world, '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03')), ['400'])
  })

  it('are answered in HTTP/1.0 without chunks, which it does not know', async () => {
    const head = rawHead(world, `Content-Length: ${CALL.length}`).replace('HTTP/1.1', 'HTTP/1.0')
    const answer = await sendRaw(world, head + CALL)
    match(answer, /\r\n\r\n\{"ok":true\}$/)
    equal(/transfer-encoding/i.test(answer), false)
  })

  it('are answered in their order when they come together', async () => {
    const before = world.received.length
    const first = rawHead(world, 'Mcp-Name: 1', `Content-Length: ${CALL.length}`) + CALL
    const last = rawHead(world, 'Mcp-Name: 2', 'Connection: close', 'Content-Length: 2') + '{}'
    deepEqual(statuses(await sendRaw(world, first + last)), ['200', '200'])
    const sent = world.received.slice(before)
    deepEqual(sent.map(({ body }) => body).sort(), [CALL, '{}'].sort())
  })

  it('switch to no other protocol', async () => {
    const before = world.received.length
    const upgrade = ['Upgrade: websocket', 'Connection: upgrade, close', 'Content-Length: 2']
    deepEqual(statuses(await sendRaw(world, `${rawHead(world, ...upgrade)}{}`)), ['200'])
    const { headers } = world.received[before]!
    deepEqual([headers.upgrade, headers.connection], [undefined, 'keep-alive'])
  })

  it('name the server nowhere: neither its Host nor a field of the connection is theirs', async () => {
    const before = world.received.length
    const lines = ['Proxy-Authorization: Basic x', 'Forwarded: host=evil.test', 'Via: 1.1 x']
    await sendRaw(world, `${rawHead(world, ...lines, 'Connection: close', 'Content-Length: 2')}{}`)
    const { headers } = world.received[before]!
    equal(headers.host, new URL(world.serverUrl).host)
    deepEqual(
      [headers['proxy-authorization'], headers.forwarded, headers.via],
      Array(3).fill(undefined),
    )
  })
})

describe('An editor that says half of it', () => {
  it('in the head: nothing is sent, and the connection ends', async () => {
    await withinGateway(fine, async (world) => {
      await sendRaw(world, rawHead(world, 'Content-Length: 2').slice(0, -4), 'closed')
      equal(world.received.length, 0)
    })
  })

  for (const [what, line, part] of [
    ['announced', 'Content-Length: 100', '{"id":7'],
    ['in chunks', 'Transfer-Encoding: chunked', '7\r\n{"id":7\r\n'],
  ] as const) {
    it(`in a body ${what}: nothing is sent, and nobody failed`, async () => {
      await withinGateway(fine, async (world) => {
        await sendRaw(world, rawHead(world, line) + part, 'closed')
        deepEqual([world.received.length, world.failures.length], [0, 0])
      })
    })
  }

  it('in a body too long to be held: the server never gets a whole request', async () => {
    const long = 'x'.repeat(2_000_000)
    await withinGateway(fine, async (world) => {
      await sendRaw(world, rawHead(world, 'Content-Length: 3000000') + long, 'closed')
      deepEqual([world.received.length, world.failures.length], [0, 0])
    })
  })

  it('and goes while it waits: so does the request to the server', async () => {
    const gone = Promise.withResolvers<undefined>()
    await withinGateway(
      (request) => void request.socket.once('close', () => gone.resolve(undefined)),
      async (world) => {
        await sendRaw(world, `${rawHead(world, 'Content-Length: 2')}{}`, 'closed')
        await gone.promise
        equal(world.failures.length, 0)
      },
    )
  })
})
