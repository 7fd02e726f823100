import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { ServerResponse } from 'node:http'
import {
  gatewayWorld,
  openRequest,
  type EditorRequest,
  type GatewayWorld,
} from '../support/gateway-world.ts'

const fine = (_request: unknown, response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')

describe('Who may use the gateway', () => {
  let world: GatewayWorld
  before(async () => (world = await gatewayWorld(fine)))
  after(async () => await world.close())

  it('listens on 127.0.0.1 alone, and has a path and a key that nobody can guess', () => {
    const { url, headers } = world.address
    match(url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/)
    match(headers.Authorization ?? '', /^Bearer [\w-]{43}$/)
    equal(url.includes((headers.Authorization ?? '').slice(7)), false, 'the key is not in a URL')
  })

  it('lets the editor through to the server of the session, with the session’s token (A7.44)', async () => {
    const before = world.received.length
    const { status, body } = await world.ask({})
    deepEqual([status, body], [200, '{"ok":true}'])
    const sent = world.received.slice(before)
    equal(sent.length, 1)
    equal(sent[0]?.headers.authorization, 'Bearer the-access-token')
    equal(sent[0].url, '/mcp')
  })

  const refused: readonly (readonly [string, EditorRequest])[] = [
    ['no key', { headers: { authorization: '' } }],
    ['another key', { headers: { authorization: `Bearer ${'A'.repeat(43)}` } }],
    ['a key that begins like it', { headers: { authorization: 'Bearer ' } }],
    ['another Host (DNS rebinding)', { headers: { host: 'evil.test' } }],
    ['localhost as Host', { headers: { host: 'localhost' } }],
    ['the Origin of a sandboxed page', { headers: { origin: 'null' } }],
    ['an Origin of its own address', { headers: { origin: 'http://127.0.0.1' } }],
    ['another path', { path: '/mcp' }],
    ['no path', { path: '/' }],
    ['a path above it', { path: '/../mcp' }],
  ]
  for (const [what, request] of refused) {
    it(`is not there for ${what}, and never says 401 or 403`, async () => {
      const before = world.received.length
      const { status, body } = await world.ask(request)
      deepEqual([status, body], [404, ''])
      equal(world.received.length, before, 'nothing went to the server')
    })
  }

  for (const suffix of ['/', '/..', '/../../x', '?x=1', '%2f', '/%2e%2e/admin', '//evil.test']) {
    it(`has exactly one path per server: not with ${suffix} behind it`, async () => {
      const { pathname } = new URL(world.address.url)
      equal((await world.ask({ path: `${pathname}${suffix}` })).status, 404)
    })
  }

  it('takes no absolute request target', async () => {
    equal((await world.ask({ path: world.address.url })).status, 404)
    equal((await world.ask({ path: 'http://evil.test/mcp' })).status, 404)
  })

  for (const method of ['PUT', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE']) {
    it(`refuses ${method}: MCP does not use it`, async () => {
      equal((await world.ask({ method })).status, 405)
    })
  }

  it('answers header fields over the limit with 431', async () => {
    // To no server, whose own limit would say the same.
    const headers = { 'mcp-huge': 'x'.repeat(20_000) }
    equal((await world.ask({ path: '/', headers })).status, 431)
  })

  it('opens no tunnel for CONNECT', async () => {
    const { hostname, port } = new URL(world.address.url)
    const socket = connect(Number(port), hostname)
    socket.write('CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => undefined)
    await once(socket, 'close')
    equal(Buffer.concat(chunks).toString('utf8').includes(' 200 '), false)
  })

  it('gives each session a path, and forgets the path with the session', async () => {
    const again = await world.gateway.open(world.session)
    equal(again.url, world.address.url, 'the same session, the same path')
    const other = await gatewayWorld(fine)
    try {
      equal((await other.ask()).status, 200)
      other.gateway.shut(other.session.id)
      equal((await other.ask()).status, 404)
      equal(other.received.length, 1)
    } finally {
      await other.close()
    }
  })

  it('ends the way to a server when its session is signed out', async () => {
    const other = await gatewayWorld(fine)
    try {
      await other.client.signOut(other.session.id, new AbortController().signal)
      // The listener's read of the store is behind this one.
      await other.client.sessions.list()
      await other.client.sessions.list()
      equal((await other.ask()).status, 404)
      equal(other.received.length, 0)
    } finally {
      await other.close()
    }
  })

  it('keeps keys and tokens out of everything it reports', async () => {
    const other = await gatewayWorld((_request, response) => void response.destroy())
    try {
      await other.ask({})
      ok(other.failures.length > 0)
      const text = other.failures
        .map((error) => JSON.stringify(error, Object.getOwnPropertyNames(error)))
        .join()
      const key = other.address.headers.Authorization?.slice(7) ?? ''
      equal(text.includes(key) || text.includes('the-access-token'), false)
    } finally {
      await other.close()
    }
  })

  it('is reachable by no other address of this machine', async () => {
    const { port } = new URL(world.address.url)
    const address = { url: `http://[::1]:${port}/`, headers: world.address.headers }
    const refused = await openRequest(address, {}).answer.then(
      () => false,
      () => true,
    )
    ok(refused)
  })
})
