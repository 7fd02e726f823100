import { deepEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { connect, createServer as createTcpServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { lintUrl } from '../../site/src/check/lint-document.ts'
import type { Evaluation } from '../../site/src/client-metadata/evaluate.ts'
import { createCertificateAuthority, type CertificateAuthority } from './certificate-authority.ts'
import {
  answer,
  createLintHosts,
  errors,
  GOOD_HEADERS,
  HOST,
  json,
  URL_HERE,
  type LintHosts,
} from './lint-hosts.ts'

/** Public and routed nowhere in these tests: connections to it end on this machine. */
const PUBLIC_ADDRESS = '93.184.215.14'

describe('Linting what a host serves (issue “Bad input”, C1, C2)', () => {
  let authority: CertificateAuthority
  let hosts: LintHosts
  const startHost: LintHosts['start'] = async (...host) => await hosts.start(...host)
  const open: (() => Promise<void>)[] = []

  before(async () => {
    hosts = await createLintHosts()
    authority = hosts.authority
  })
  afterEach(async () => {
    await hosts.close()
    for (const close of open.splice(0)) await close()
  })

  interface World {
    readonly resolve?: (host: string) => Promise<readonly string[]>
    readonly connected?: string[]
    readonly deadline?: AbortSignal
    readonly now?: () => number
  }

  /** The production fetch; only names and routes are of this test. */
  async function lint(port: number, world: World = {}, url = URL_HERE): Promise<Evaluation> {
    return await lintUrl(url, {
      profiles: ['oidc-provider', 'better-auth'],
      network: {
        resolve: world.resolve ?? (async () => [PUBLIC_ADDRESS]),
        connect: (address) => {
          world.connected?.push(address)
          return connect({ host: '127.0.0.1', port })
        },
        now: world.now ?? (() => 0),
      },
      ca: [authority.caPem],
      allowLoopback: false,
      deadline: () => world.deadline ?? new AbortController().signal,
    })
  }

  const ids = ({ findings }: Evaluation) => findings.map(({ id }) => id)

  it('finds nothing in a good document, and every server accepts it', async () => {
    const evaluation = await lint((await startHost(answer(json()))).port)
    deepEqual(evaluation.findings, [])
    equal(evaluation.verdict, 'ok')
    equal(evaluation.profiles['oidc-provider']?.verdict, 'accepted')
    equal(evaluation.profiles['better-auth']?.verdict, 'accepted')
  })

  const TEN_MEGABYTES = 'x'.repeat(10_485_760)
  const BAD_ANSWERS: readonly (readonly [string, RequestListener, string, number])[] = [
    [
      'HTML',
      answer('<!doctype html><title>Home</title>', { 'content-type': 'text/html' }),
      'text-html',
      9,
    ],
    ['a byte order mark', answer(`\ufeff${json()}`), 'text-bom', 9],
    [
      'duplicate members',
      answer(json().replace('{', '{"client_name":"Other",')),
      'text-duplicate-members',
      9,
    ],
    ['10 MB', answer(TEN_MEGABYTES), 'document-too-large', 8],
    ['301', answer('', { location: `https://www.${HOST}/` }, 301), 'response-redirect', 6],
    [
      'a 403 challenge page',
      answer('<html>', { 'content-type': 'text/html', 'cf-mitigated': 'challenge' }, 403),
      'response-challenge',
      6,
    ],
    ['a 404', answer('{}', {}, 404), 'response-status', 6],
    [
      'a gzip bomb',
      answer(gzipSync(TEN_MEGABYTES), { 'content-encoding': 'gzip' }),
      'response-encoded',
      8,
    ],
    ['what is not JSON', answer(`${json()} trailing`), 'text-not-json', 9],
    ['nothing', answer(''), 'text-empty', 9],
    ['an array', answer('[]'), 'text-not-object', 9],
    [
      'a client_id that is one character off',
      answer(json({ client_id: `${URL_HERE.slice(0, -1)}m` })),
      'client-id-mismatch',
      10,
    ],
    [
      'a client_id with a slash more',
      answer(json({ client_id: `${URL_HERE}/` })),
      'client-id-variant',
      10,
    ],
    [
      'a client_id in capitals',
      answer(json({ client_id: URL_HERE.replace(HOST, HOST.toUpperCase()) })),
      'client-id-variant',
      10,
    ],
    [
      'a client_id with an encoded letter',
      answer(json({ client_id: URL_HERE.replace('oauth', '%6fauth') })),
      'client-id-variant',
      10,
    ],
    [
      'a client_id with the default port',
      answer(json({ client_id: URL_HERE.replace(HOST, `${HOST}:443`) })),
      'client-id-variant',
      10,
    ],
    ['a secret', answer(json({ client_secret: 'hunter2' })), 'secret-present', 11],
    [
      'a private key',
      answer(json({ jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' }] } })),
      'key-private',
      11,
    ],
  ]

  for (const [name, handler, id, step] of BAD_ANSWERS) {
    it(`${name}: ${id}`, async () => {
      const host = await startHost(handler)
      const evaluation = await lint(host.port)
      ok(errors(evaluation).includes(id), errors(evaluation).join(' '))
      equal(evaluation.stoppedAt, step)
      equal(evaluation.verdict, 'bad')
      equal(host.requests(), 1)
    })
  }

  it('text/plain: a warning, because only some servers mind (C1.7)', async () => {
    const { port } = await startHost(answer(json(), { 'content-type': 'text/plain' }))
    const evaluation = await lint(port)
    deepEqual(ids(evaluation), ['response-content-type'])
    equal(evaluation.profiles['oidc-provider']?.verdict, 'accepted')
    equal(evaluation.profiles['better-auth']?.rule, 'content-type')
  })

  it('an unknown member: a note, and nobody refuses', async () => {
    const { port } = await startHost(answer(json({ code_challenge_methods_supported: ['S256'] })))
    const evaluation = await lint(port)
    deepEqual(ids(evaluation), ['member-unknown'])
    deepEqual(evaluation.findings[0]?.at, ['"code_challenge_methods_supported"'])
    equal(evaluation.verdict, 'ok')
  })

  it('a certificate nobody vouches for: fetch-tls-untrusted', async () => {
    const stranger = await (await createCertificateAuthority()).issue([HOST])
    const host = await startHost(answer(json()), stranger)
    deepEqual(errors(await lint(host.port)), ['fetch-tls-untrusted'])
    equal(host.requests(), 0)
  })

  it('an expired certificate: fetch-tls-expired', async () => {
    const { port } = await startHost(answer(json()), await authority.issue([HOST], 'expired'))
    deepEqual(errors(await lint(port)), ['fetch-tls-expired'])
  })

  it('a certificate for another host: fetch-tls-wrong-host', async () => {
    const other = await authority.issue(['other.acme-software.dev'])
    const { port } = await startHost(answer(json()), other)
    deepEqual(errors(await lint(port)), ['fetch-tls-wrong-host'])
  })

  it('a port that speaks no TLS: fetch-tls-failed', async () => {
    const server = createTcpServer((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    deepEqual(errors(await lint(port)), ['fetch-tls-failed'])
    server.close()
  })

  it('nobody at the port: fetch-unreachable', async () => {
    const server = createTcpServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, 'close')
    deepEqual(errors(await lint(port)), ['fetch-unreachable'])
  })

  it('a host that takes the request and never answers: fetch-timeout', async () => {
    const deadline = new AbortController()
    const { port } = await startHost(() => deadline.abort())
    deepEqual(errors(await lint(port, { deadline: deadline.signal })), ['fetch-timeout'])
  })

  it('an answer that never ends: fetch-timeout', async () => {
    const deadline = new AbortController()
    const { port } = await startHost((_request, response) => {
      response.writeHead(200, GOOD_HEADERS).write('{')
      deadline.abort()
    })
    deepEqual(errors(await lint(port, { deadline: deadline.signal })), ['fetch-timeout'])
  })

  it('a body without an end: read to the limit, and dropped', async () => {
    const { port } = await startHost((_request, response) => {
      response.writeHead(200, GOOD_HEADERS)
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      }
      response.on('drain', more)
      more()
    })
    deepEqual(errors(await lint(port)), ['document-too-large'])
  })

  it('an answer slower than the least patient server waits: response-slow', async () => {
    const { port } = await startHost(answer(json()))
    const times = [0, 2501]
    deepEqual(ids(await lint(port, { now: () => times.shift() ?? 0 })), ['response-slow'])
  })

  it('a private address among public ones: refused, and nothing is connected to (C1.4)', async () => {
    const host = await startHost(answer(json()))
    const connected: string[] = []
    const resolve = async () => [PUBLIC_ADDRESS, '10.0.0.8']
    deepEqual(errors(await lint(host.port, { resolve, connected })), ['fetch-private-address'])
    deepEqual(connected, [])
  })

  it('a host that rebinds: resolved once, and connected to the address that was checked (C2)', async () => {
    const host = await startHost(answer(json()))
    const connected: string[] = []
    const answers = [[PUBLIC_ADDRESS], ['127.0.0.1']]
    const resolve = async () => answers.shift() ?? []
    deepEqual(errors(await lint(host.port, { resolve, connected })), [])
    deepEqual(connected, [PUBLIC_ADDRESS])
    equal(answers.length, 1)
  })

  it('a host without an address: fetch-host-unknown', async () => {
    const resolve = async () => await Promise.reject(new Error('ENOTFOUND'))
    deepEqual(errors(await lint(1, { resolve })), ['fetch-host-unknown'])
  })

  it('a URL that no server would ask is not asked (C1.1)', async () => {
    const host = await startHost(answer(json()))
    const evaluation = await lint(host.port, {}, `https://${HOST}/a/../client.json`)
    deepEqual(errors(evaluation), ['url-dot-segments'])
    equal(host.requests(), 0)
  })

  it('asks for the keys that a document points to, and reads them as strictly (B4.27)', async () => {
    const keys = {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `https://${HOST}/jwks.json`,
    }
    const key = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'one', use: 'sig', alg: 'ES256' }
    const serve =
      (keySet: string): RequestListener =>
      (request, response) =>
        void response
          .writeHead(200, GOOD_HEADERS)
          .end(request.url === '/jwks.json' ? keySet : json(keys))
    const found = async (keySet: string) =>
      errors(await lint((await startHost(serve(keySet))).port))
    deepEqual(await found(JSON.stringify({ keys: [key] })), [])
    deepEqual(await found(JSON.stringify({ keys: [{ ...key, d: 'AA' }] })), ['key-private'])
    deepEqual(await found(JSON.stringify({ keys: [key, key] })), ['key-id-duplicate'])
    deepEqual(await found('<html>'), ['key-set-unreadable'])
    deepEqual(await found('x'.repeat(20_000)), ['key-set-unreadable'])
  })
})
