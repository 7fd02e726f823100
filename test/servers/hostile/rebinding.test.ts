import { equal } from 'node:assert/strict'
import { createServer, type Server } from 'node:https'
import { createSystemFetch } from '@signet/core/node'
import { Agent, buildConnector, fetch as undiciFetch } from 'undici'
import { json } from '../../support/fake-ports.ts'
import {
  fakeWorld,
  ISSUER,
  PRM,
  resourceDocument,
  SERVER,
  TOKEN,
  type FakeWorld,
} from '../../support/fake-world.ts'
import { createCertificateAuthority } from '../certificate-authority.ts'
import { closeServer, listen } from '../listen.ts'
import { expectRefusal } from './witness.ts'

const PUBLIC = '93.184.215.14'
const INSIDE = 'https://wiki.corp.test'
const REBINDING = 'https://rebinding.test'

describe('A name that leads inside (D5, C2), on a real TLS connection', () => {
  let inside: Server
  let agent: Agent
  let seen: { connections: number; requests: number }

  before(async () => {
    const authority = await createCertificateAuthority()
    const { certPem: cert, keyPem: key } = await authority.issue(['wiki.corp.test'])
    seen = { connections: 0, requests: 0 }
    inside = createServer({ cert, key }, (_request, response) => {
      seen.requests += 1
      response.end('{}')
    })
    inside.on('connection', () => (seen.connections += 1))
    const port = await listen(inside, '127.0.0.1')
    // Whatever the name, the connection goes to the server inside: what a rebinding resolver achieves.
    const connect = buildConnector({ ca: authority.caPem })
    agent = new Agent({
      connect: (options, callback) =>
        connect(
          { ...options, hostname: '127.0.0.1', port: String(port), servername: options.hostname },
          callback,
        ),
    })
  })
  beforeEach(() => {
    seen.connections = 0
    seen.requests = 0
  })
  after(async () => {
    await agent.close()
    await closeServer(inside)
  })

  /** A world of which one host is on the real network, by the resolver's word. */
  function worldWith(issuer: string, addresses: readonly string[]): FakeWorld {
    const world: FakeWorld = fakeWorld({
      resource: { authorization_servers: [issuer] },
      ports: {
        fetch: createSystemFetch({
          resolve: async (name) => (issuer.endsWith(name) ? addresses : [PUBLIC]),
          fetch: (async (url: string, init: RequestInit) =>
            url.startsWith(issuer)
              ? await undiciFetch(url, { ...(init as object), dispatcher: agent })
              : await world.network.fetch(url, {
                  method: init.method ?? '',
                  headers: init.headers as Record<string, string>,
                  body: init.body as string | undefined,
                  signal: init.signal!,
                })) as typeof fetch,
        }),
      },
    })
    return world
  }

  it('from outside is not even connected to', async () => {
    const world = worldWith(INSIDE, ['10.0.0.8'])
    const { url } = await expectRefusal(world, world.signIn(), 'endpoint_insecure')
    equal(new URL(url).origin, INSIDE)
    equal(seen.connections, 0)
  })

  it('after it was judged by another address meets no certificate for it: no request arrives', async () => {
    const world = worldWith(REBINDING, [PUBLIC])
    const { reason } = await expectRefusal(world, world.signIn(), 'discovery_unreachable')
    equal(reason, 'tls')
    equal(seen.connections > 0, true, 'the gap that is left: a greeting')
    equal(seen.requests, 0)
  })

  it('is refused as a token endpoint, too: the code stays here', async () => {
    const world = worldWith(INSIDE, ['192.168.7.7'])
    world.network.on(PRM, () => json(resourceDocument({ authorization_servers: [ISSUER] })))
    world.network.on(`${ISSUER}/.well-known/oauth-authorization-server`, () =>
      json({
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/authorize`,
        token_endpoint: `${INSIDE}/token`,
        code_challenge_methods_supported: ['S256'],
        client_id_metadata_document_supported: true,
      }),
    )
    await expectRefusal(world, world.signIn(), 'endpoint_insecure')
    equal(seen.connections, 0)
    equal(world.network.to(TOKEN).length, 0)
    equal(world.network.to(SERVER).length, 1)
  })
})
