import { deepEqual, equal } from 'node:assert/strict'
import { parseServerUrl, type FetchInit } from '@signet/core'
import { checkEndpoint, onBehalfOf } from '../../extension/core/src/endpoint-policy.ts'
import { expectCode } from '../support/expect-code.ts'
import { fakeWorld, ISSUER, SERVER, accessOf } from '../support/fake-world.ts'

const check = (url: string, server: string) =>
  checkEndpoint('token_endpoint', url, parseServerUrl(server))

const hostsOf = ({ network }: ReturnType<typeof fakeWorld>) => [
  ...new Set(network.sent.map(({ url }) => new URL(url).hostname)),
]

/** One address of each range of C2, and the spellings of them that parsers fall for. */
const INSIDE = [
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[64:ff9b::a00:1]',
  '[100::1]',
  '[2001::1]',
  '[2001:db8::1]',
  '[2002:a00:1::]',
  '[fc00::1]',
  '[fe80::1]',
  '[ff02::1]',
  '2130706433',
  '0x7f.1',
  '127.1',
  'localhost',
  'foo.localhost',
  'localhost.',
  'router.local',
]

describe('A URL that a server hands us (D4, D5)', () => {
  for (const host of INSIDE) {
    it(`is refused from an outside server when it points to ${host} (C2)`, async () => {
      await expectCode(() => check(`https://${host}/token`, SERVER), 'endpoint_insecure')
    })
  }

  const members = [
    'authorization_endpoint',
    'token_endpoint',
    'registration_endpoint',
    'revocation_endpoint',
    'pushed_authorization_request_endpoint',
    'device_authorization_endpoint',
    'userinfo_endpoint',
  ]
  for (const member of members) {
    it(`is judged as ${member} before anything is opened (A2.12)`, async () => {
      const world = fakeWorld({ issuer: { [member]: 'https://192.168.0.1/x' } })
      equal((await expectCode(world.signIn(), 'endpoint_insecure')).endpoint, member)
      equal(world.receiver.opened, 0)
    })
  }

  it('is judged as resource_metadata and as issuer before it is fetched (A1.7)', async () => {
    const challenged = fakeWorld({ challenge: 'Bearer resource_metadata="https://10.0.0.1/prm"' })
    await expectCode(challenged.signIn(), 'endpoint_insecure')
    deepEqual(hostsOf(challenged), ['mcp.service.test'])
    const listed = fakeWorld({ resource: { authorization_servers: ['https://[fd00::1]'] } })
    await expectCode(listed.signIn(), 'endpoint_insecure')
    deepEqual(hostsOf(listed), ['mcp.service.test'])
  })

  const allowed: [string, string][] = [
    ['http://127.0.0.1:9000/token', 'http://localhost:3000/mcp'],
    ['http://[::1]:9000/token', 'http://127.0.0.1/mcp'],
    ['https://10.0.0.2/token', 'https://10.0.0.1/mcp'],
    ['https://192.168.0.1/token', 'http://localhost/mcp'],
    ['https://login.service.test/token', 'https://192.168.0.1/mcp'],
    ['https://sso.internal/token', 'https://mcp.internal/mcp'],
    ['https://169.254.7.7/token', 'https://169.254.7.7/mcp'],
  ]
  for (const [url, server] of allowed) {
    it(`may be ${url} for ${server}`, () => equal(check(url, server).href, url))
  }

  const refused: [string, string][] = [
    ['http://login.service.test/token', 'http://localhost/mcp'],
    ['http://10.0.0.2/token', 'https://10.0.0.1/mcp'],
    ['http://127.0.0.1/token', 'https://10.0.0.1/mcp'],
    ['https://127.0.0.1/token', 'https://10.0.0.1/mcp'],
    ['https://169.254.169.254/token', 'http://localhost/mcp'],
    ['https://me@login.service.test/token', SERVER],
    ['https://:me@login.service.test/token', SERVER],
    ['ftp://127.0.0.1/token', 'http://localhost/mcp'],
    ['/token', SERVER],
  ]
  for (const [url, server] of refused) {
    it(`may not be ${url} for ${server}`, async () => {
      await expectCode(() => check(url, server), 'endpoint_insecure')
    })
  }
})

describe('A request on a server’s word (D5)', () => {
  it('carries the hostname of that server, through sign-in, refresh and sign-out', async () => {
    const world = fakeWorld()
    const session = await world.signIn()
    await accessOf(world.client, session, 'the-access-token')
    await world.client.signOut(session.id, new AbortController().signal)
    equal(world.network.to(`${ISSUER}/revoke`).length, 2)
    for (const { url, namedBy } of world.network.sent) equal(namedBy, 'mcp.service.test', url)
  })

  it('keeps the mark that was set first', async () => {
    let mark: string | undefined
    const ports = {
      fetch: async (_url: string, init: FetchInit) => {
        mark = init.namedBy
        return new Response()
      },
    }
    const { signal } = new AbortController()
    const twice = onBehalfOf(onBehalfOf(ports, { hostname: 'outer.test' }), {
      hostname: 'inner.test',
    })
    await twice.fetch('https://a.test', { method: 'GET', headers: {}, body: undefined, signal })
    equal(mark, 'inner.test')
  })
})
