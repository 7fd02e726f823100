import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { measure, VantageError, type GlobalpingAccess } from '../../site/src/check/globalping.ts'
import { VANTAGE } from '../../site/src/check/limits.ts'
import { lookFromElsewhere } from '../../site/src/check/look-from-elsewhere.ts'
import type { TargetResult } from '../../site/src/check/judge.ts'
import type { Target } from '../../site/src/check/targets.ts'
import { vantageProblem } from '../../site/src/check/vantage.ts'
import { closeServer, listen } from './listen.ts'

const NOW_MS = Date.parse('2026-11-23T12:00:00Z')
const URL_ = 'https://client.acme-software.dev/oauth/client.json'
const DOCUMENT = `${JSON.stringify({
  client_id: URL_,
  client_name: 'Acme',
  client_uri: 'https://client.acme-software.dev/',
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
})}\n`
const TARGET: Target = {
  kind: 'document',
  path: '/oauth/client.json',
  url: URL_,
  clientId: URL_,
  expected: Buffer.from(DOCUMENT),
  versions: [],
}

type Change = (answer: ReturnType<typeof finished>) => unknown

/** What the service gives back for one place, in the shape of its documentation. */
function finished() {
  return {
    status: 'finished',
    rawOutput: 'HTTP/1.1 200',
    rawHeaders: 'Content-Type: application/json',
    rawBody: DOCUMENT,
    truncated: false,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'public, max-age=600',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      etag: '"a"',
    },
    statusCode: 200,
    statusCodeName: 'OK',
    resolvedAddress: '93.184.215.14',
    timings: { total: 120, dns: 5, tcp: 20, tls: 30, firstByte: 60, download: 5 },
    tls: {
      protocol: 'TLSv1.3',
      cipherName: 'TLS_AES_256_GCM_SHA384',
      authorized: true,
      createdAt: '2026-10-01T00:00:00.000Z',
      expiresAt: '2026-12-30T00:00:00.000Z',
      subject: { CN: 'client.acme-software.dev', alt: 'DNS:client.acme-software.dev' },
      issuer: { C: 'US', O: 'Authority', CN: 'R1' },
      keyType: 'EC',
      keyBits: 256,
      serialNumber: '01:02',
      fingerprint256: 'AA:BB',
      publicKey: null,
    },
  }
}

const PLACES = [
  { continent: 'EU', country: 'DE', city: 'Frankfurt', asn: 24940, network: 'Hetzner' },
  { continent: 'NA', country: 'US', city: 'Ashburn', asn: 14618, network: 'Amazon' },
  { continent: 'AS', country: 'SG', city: 'Singapore', asn: 14061, network: 'DigitalOcean' },
  { continent: 'EU', country: 'FR', city: 'Paris', asn: 3215, network: 'Orange' },
]

/** Results of all places; `changes` by place. */
function results(changes: Readonly<Record<number, Change>> = {}) {
  return PLACES.map((probe, index) => ({
    probe: {
      ...probe,
      region: 'x',
      state: null,
      latitude: 0,
      longitude: 0,
      tags: [],
      resolvers: [],
    },
    result: changes[index]?.(finished()) ?? finished(),
  }))
}

interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

describe('Looking from other places of the world (issue F.1)', () => {
  let server: Server
  let api: string
  /** What the stand-in for the service answers to the measurement and then to each look at it. */
  let created: Reply
  let polls: Reply[]
  let asked: { method: string; url: string; authorization: string | undefined; body: string }[]
  let waits: number[]

  before(async () => {
    server = createServer((request, response) => {
      void textOf(request).then((body) => {
        const { method = '', url = '' } = request
        asked.push({ method, url, authorization: request.headers.authorization, body })
        const reply = method === 'POST' ? created : (polls.length > 1 ? polls.shift() : polls[0])!
        response
          .writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
          .end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
      })
    })
    api = `http://127.0.0.1:${await listen(server, '127.0.0.1')}`
  })
  after(async () => await closeServer(server))
  beforeEach(() => {
    created = { status: 202, body: { id: 'nzGzfAGL7sZfUs3c', probesCount: 4 } }
    polls = [done()]
    asked = []
    waits = []
  })

  const done = (all: unknown = results()): Reply => ({
    status: 200,
    body: { id: 'nzGzfAGL7sZfUs3c', type: 'http', status: 'finished', results: all },
  })
  const running: Reply = { status: 200, body: { status: 'in-progress', results: [] } }

  function access(signal = new AbortController().signal): GlobalpingAccess {
    const sleep = async (ms: number) => void waits.push(ms)
    return { api, token: undefined, fetch, sleep, signal }
  }
  const problem = async (run: Promise<unknown>) =>
    await run.then(
      () => 'none',
      (error: unknown) => (error instanceof VantageError ? error.problem : error),
    )

  /** The target's findings after a look, when nothing was wrong from here. */
  async function found(here: readonly TargetResult['findings'][number][] = []) {
    const target = {
      url: URL_,
      path: TARGET.path,
      verdict: here.length === 0 ? ('ok' as const) : ('bad' as const),
      findings: here,
      ms: 40,
      certificate: undefined,
    }
    const run = {
      at: new Date(NOW_MS).toISOString(),
      verdict: target.verdict,
      ms: 1,
      targets: [target],
    }
    const wider = await lookFromElsewhere([TARGET], run, { ...access(), clock: () => NOW_MS })
    return {
      verdict: wider.verdict,
      views: wider.vantages.views,
      problems: wider.vantages.problems.map(({ id }) => id),
      ids: wider.targets[0]!.findings.map(({ id }) => id),
      at: wider.targets[0]!.findings.flatMap(({ at }) => at),
    }
  }

  it('sends the public URL and the places, and nothing else', async () => {
    await measure(`${URL_}?a=b`, VANTAGE.places, { ...access(), token: 'a-token' })
    deepEqual(JSON.parse(asked[0]!.body), {
      type: 'http',
      target: 'client.acme-software.dev',
      locations: VANTAGE.places,
      measurementOptions: {
        protocol: 'HTTPS',
        request: {
          method: 'GET',
          host: 'client.acme-software.dev',
          path: '/oauth/client.json',
          query: 'a=b',
          headers: { Accept: 'application/json', 'Accept-Encoding': 'identity' },
        },
      },
    })
    deepEqual(
      asked.map(({ method, url, authorization }) => [method, url, authorization]),
      [
        ['POST', '/v1/measurements', 'Bearer a-token'],
        ['GET', '/v1/measurements/nzGzfAGL7sZfUs3c', 'Bearer a-token'],
      ],
    )
    await measure(URL_, VANTAGE.places, access())
    equal(asked.at(-1)?.authorization, undefined)
  })

  it('waits while it goes on, at least as long as the service asks for, and not for ever', async () => {
    polls = [
      running,
      running,
      { status: 429, body: { error: {} } },
      { status: 502, body: '' },
      done(),
    ]
    equal((await measure(URL_, VANTAGE.places, access())).results.length, 4)
    equal(waits.length, 5)
    ok(waits.every((ms) => ms >= 500))
    polls = [running]
    asked = []
    equal(await problem(measure(URL_, VANTAGE.places, access())), 'vantage-timeout')
    equal(asked.length, 1 + VANTAGE.maxPolls)
  })

  it('ends with the run, in whatever it is', async () => {
    const aborted = AbortSignal.abort()
    equal(await problem(measure(URL_, VANTAGE.places, access(aborted))), 'vantage-timeout')
    const controller = new AbortController()
    const sleep = async () => controller.abort()
    const options = { ...access(controller.signal), sleep }
    equal(await problem(measure(URL_, VANTAGE.places, options)), 'vantage-timeout')
    equal(asked.length, 1)
  })

  const REFUSALS: readonly (readonly [string, Reply, string])[] = [
    [
      'too many (429)',
      {
        status: 429,
        headers: { 'x-ratelimit-reset': '1200' },
        body: { error: { type: 'too_many_probes' } },
      },
      'vantage-rate-limited',
    ],
    [
      'nobody there (422)',
      { status: 422, body: { error: { type: 'no_probes_found' } } },
      'vantage-no-places',
    ],
    [
      'malformed (400)',
      { status: 400, body: { error: { type: 'validation_error' } } },
      'vantage-refused',
    ],
    [
      'a bad token (401)',
      { status: 401, body: { error: { type: 'unauthorized' } } },
      'vantage-refused',
    ],
    ['down (503)', { status: 503, body: 'busy' }, 'vantage-unreachable'],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://a.test/' }, body: '' },
      'vantage-unreachable',
    ],
    ['no JSON', { status: 202, body: '<html>' }, 'vantage-bad-answer'],
    ['no id', { status: 202, body: { probesCount: 4 } }, 'vantage-bad-answer'],
    ['an id that is a path', { status: 202, body: { id: '../limits' } }, 'vantage-bad-answer'],
    [
      'far too much',
      { status: 202, body: `"${'x'.repeat(VANTAGE.maxAnswerBytes)}"` },
      'vantage-bad-answer',
    ],
  ]
  for (const [what, reply, id] of REFUSALS) {
    it(`that is answered with ${what} is ${id}, asks once, and changes no verdict`, async () => {
      created = reply
      const { verdict, problems, ids } = await found()
      deepEqual([verdict, problems, ids], ['ok', [id], []])
      equal(asked.length, 1)
    })
  }

  it('says when a limit ends', async () => {
    const headers = { 'x-ratelimit-reset': '1200' }
    created = { status: 429, headers, body: { error: { type: 'too_many_probes' } } }
    equal(
      await measure(URL_, VANTAGE.places, access()).catch((error: unknown) =>
        error instanceof VantageError ? error.againInSeconds : error,
      ),
      1200,
    )
  })

  it('that gets results of another shape is no result', async () => {
    for (const all of [[{}], [null], [{ probe: PLACES[0], result: { status: 'finished' } }]]) {
      polls = [done(all)]
      deepEqual((await found()).problems, ['vantage-bad-answer'])
    }
    // One malformed place says nothing about the others.
    polls = [done([{}, ...results().slice(1)])]
    equal((await found()).views.length, 3)
    polls = [{ status: 404, body: { error: { type: 'not_found' } } }]
    deepEqual((await found()).problems, ['vantage-refused'])
  })

  it('finds nothing where every place gets what is on record', async () => {
    const { verdict, ids, views } = await found()
    deepEqual([verdict, ids], ['ok', []])
    deepEqual(
      views.map(({ vantage, ms, address, verdict: each }) => [vantage, ms, address, each]),
      PLACES.map(({ city, country, asn }) => [
        `globalping: ${city} ${country} AS${asn}`,
        120,
        '93.184.215.14',
        'ok',
      ]),
    )
  })

  const challenge: Change = (answer) => ({
    ...answer,
    statusCode: 403,
    headers: { 'content-type': 'text/html', 'cf-mitigated': 'challenge' },
    rawBody: '<html>',
  })
  const FAULTS: readonly (readonly [string, Change, string])[] = [
    ['a challenge', challenge, 'response-challenge'],
    ['a redirect', (answer) => ({ ...answer, statusCode: 301 }), 'response-redirect'],
    [
      'other bytes',
      (answer) => ({ ...answer, rawBody: DOCUMENT.replace('Acme', 'Evil') }),
      'drift-unknown-bytes',
    ],
    [
      'an untrusted certificate',
      (answer) => ({
        ...answer,
        tls: { ...answer.tls, authorized: false, error: 'CERT_HAS_EXPIRED' },
      }),
      'fetch-tls-expired',
    ],
    [
      'a private address',
      (answer) => ({ ...answer, resolvedAddress: '10.0.0.7' }),
      'fetch-private-address',
    ],
    [
      'no answer',
      () => ({ status: 'failed', rawOutput: 'connect ECONNREFUSED' }),
      'vantage-no-answer',
    ],
    [
      'too long an answer, cut off',
      (answer) => ({ ...answer, statusCode: 404, truncated: true }),
      'response-status',
    ],
  ]
  for (const [what, change, id] of FAULTS) {
    it(`calls ${what} at two places an error, with both names; at one it is only told`, async () => {
      polls = [done(results({ 0: change, 2: change }))]
      const two = await found()
      deepEqual([two.verdict, two.ids], ['bad', ['vantage-fails']])
      deepEqual(two.at, [
        `${id}, globalping: Frankfurt DE AS24940`,
        `${id}, globalping: Singapore SG AS14061`,
      ])
      polls = [done(results({ 1: change }))]
      const one = await found()
      deepEqual([one.verdict, one.ids], ['ok', ['vantage-differs']])
    })
  }

  it('does not say again what was found from here', async () => {
    polls = [done(results({ 0: challenge, 1: challenge, 2: challenge, 3: challenge }))]
    const rule = {
      id: 'response-challenge',
      severity: 'error',
      step: 6,
      section: '',
      message: '',
      fix: '',
      at: [],
    } as const
    deepEqual((await found([rule])).ids, ['response-challenge'])
  })

  it('does not judge bytes that did not come back whole', async () => {
    const cut: Change = (answer) => ({ ...answer, rawBody: DOCUMENT.slice(0, 20), truncated: true })
    const mangled: Change = (answer) => ({ ...answer, rawBody: `${DOCUMENT}\uFFFD` })
    polls = [done(results({ 0: cut, 1: cut, 2: mangled, 3: mangled }))]
    deepEqual((await found()).ids, [])
  })

  it('leaves out places that went offline', async () => {
    const offline: Change = () => ({ status: 'offline', rawOutput: '' })
    polls = [done(results({ 0: offline, 1: offline }))]
    equal((await found()).views.length, 2)
  })

  it('keeps a stranger’s city name to letters', async () => {
    const all = results()
    polls = [
      done(all.map((each) => ({ ...each, probe: { ...each.probe, city: 'a\u0007<b>"`\n' } }))),
    ]
    match((await found()).views[0]!.vantage, /^globalping: ab DE AS24940$/)
  })

  it('is not for hosts that other places cannot reach', async () => {
    for (const [url, problemId] of [
      ['https://localhost/c.json', 'local-name'],
      ['https://127.0.0.1/c.json', 'special-use-address'],
      ['https://[::1]/c.json', 'special-use-address'],
      ['https://10.1.2.3/c.json', 'special-use-address'],
      ['https://signet.example/c.json', 'reserved-name'],
      ['https://intranet/c.json', 'local-name'],
      ['https://client.acme-software.dev/c.json', undefined],
    ] as const)
      equal(vantageProblem(url), problemId, url)
    await rejects(measure('no url', VANTAGE.places, access()), TypeError)
  })
})

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString()
  return text
}
