import { deepEqual, equal } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookOnce } from '../../scripts/watch/look.ts'
import { createCertificateAuthority } from './certificate-authority.ts'
import { HOST, identityAt, type Identity } from './detection/identity.ts'
import { closeServer, listen } from './listen.ts'

type Elsewhere = 'well' | 'blocked' | 'rate-limited'

describe('A watch that also looks from elsewhere (issue F.1)', function () {
  this.timeout(30_000)
  let folder: string
  let server: Server
  let port: number
  let ca: string
  let identity: Identity

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-elsewhere-'))
    const authority = await createCertificateAuthority()
    const { certPem, keyPem } = await authority.issue([HOST])
    ca = authority.caPem
    identity = identityAt(7 * 24 * 60)
    server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
      const headers = request.headers as Readonly<Record<string, string | undefined>>
      const {
        status,
        headers: fields,
        body,
      } = identity.answer({ path: request.url ?? '/', headers })
      response.writeHead(status, fields).end(body)
    })
    port = await listen(server, '127.0.0.1')
  })
  after(async () => {
    await closeServer(server)
    await rm(folder, { recursive: true, force: true })
  })

  /** Documents and keys as two places get them. */
  function service(how: Elsewhere): typeof fetch {
    const paths: string[] = []
    return (async (url: string, init: RequestInit = {}) => {
      if (init.method === 'POST') {
        if (how === 'rate-limited') return Response.json({ error: {} }, { status: 429 })
        const { measurementOptions } = JSON.parse(init.body as string) as {
          measurementOptions: { request: { path: string } }
        }
        return Response.json({ id: `m${paths.push(measurementOptions.request.path)}` })
      }
      const path = paths[Number(/m(\d+)$/.exec(url)?.[1]) - 1] ?? ''
      const { status, headers, body } = identity.answer({ path, headers: {} })
      const places = ['DE', 'US'].map((country, asn) => ({
        probe: { country, city: 'City', asn, network: 'Network' },
        result: {
          status: 'finished',
          statusCode: how === 'blocked' ? 403 : status,
          headers,
          rawBody: Buffer.from(body).toString(),
          truncated: false,
          resolvedAddress: '93.184.215.14',
          timings: { total: 80 },
          tls: {
            authorized: true,
            createdAt: new Date(Date.now() - 30 * 86_400_000).toISOString(),
            expiresAt: new Date(Date.now() + 60 * 86_400_000).toISOString(),
            issuer: { O: 'Authority' },
            fingerprint256: 'AA',
          },
        },
      }))
      return Response.json({ status: 'finished', results: places })
    }) as typeof fetch
  }

  it('tells of what fails elsewhere, and takes a look that did not happen for no end of it', async () => {
    const told: { kind: string; findings: { id: string }[] }[] = []
    const hook = (async (_url: string, init: RequestInit) => {
      told.push(JSON.parse(init.body as string) as (typeof told)[number])
      return new Response()
    }) as typeof fetch
    const look = async (how: Elsewhere) => {
      const clock = () => Date.now()
      const sleep = async () => undefined
      const signal = new AbortController().signal
      const run = await lookOnce({
        targets: identity.targets,
        surroundings: {
          network: {
            resolve: async () => ['93.184.215.14'],
            connect: () => connect({ host: '127.0.0.1', port }),
            now: () => performance.now(),
          },
          ca: [ca],
          allowLoopback: false,
          deadline: () => signal,
          clock,
          sleep,
          signal,
        },
        history: folder,
        alert: true,
        variables: { SIGNET_ALERT_WEBHOOK: 'https://hooks.acme-software.dev/' },
        fetch: hook,
        elsewhere: {
          api: 'https://api.test',
          token: undefined,
          fetch: service(how),
          sleep,
          clock,
          timeoutMs: 10_000,
        },
      })
      return run.verdict
    }
    equal(await look('well'), 'ok')
    equal(await look('blocked'), 'bad')
    equal(await look('blocked'), 'bad')
    equal(await look('rate-limited'), 'unknown')
    equal(await look('rate-limited'), 'unknown')
    const watched = identity.targets.filter(({ kind }) => kind === 'document' || kind === 'keys')
    deepEqual(
      told.map(({ kind, findings }) => [kind, ...findings.map(({ id }) => id)]),
      watched.map(() => ['opened', 'vantage-fails']),
    )
    equal(await look('well'), 'ok')
    equal(await look('well'), 'ok')
    deepEqual(
      told.slice(watched.length).map(({ kind }) => kind),
      watched.map(() => 'closed'),
    )
  })
})
