import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { measure, VantageError } from '../../site/src/check/globalping.ts'
import { VANTAGE } from '../../site/src/check/limits.ts'
import { vantageProblem } from '../../site/src/check/vantage.ts'
import {
  DOCUMENT_URL,
  done,
  PLACES,
  results,
  startStandIn,
  type Reply,
  type StandIn,
} from './vantage-service.ts'

describe('Asking other places of the world to look (issue F.1)', () => {
  let service: StandIn
  before(async () => void (service = await startStandIn()))
  after(async () => await service.close())
  beforeEach(() => service.reset())

  const running: Reply = { status: 200, body: { status: 'in-progress', results: [] } }

  const problem = async (run: Promise<unknown>) =>
    await run.then(
      () => 'none',
      (error: unknown) => (error instanceof VantageError ? error.problem : error),
    )

  it('sends the public URL and the places, and nothing else', async () => {
    await measure(`${DOCUMENT_URL}?a=b`, VANTAGE.places, { ...service.access(), token: 'a-token' })
    deepEqual(JSON.parse(service.asked[0]!.body), {
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
      service.asked.map(({ method, url, authorization }) => [method, url, authorization]),
      [
        ['POST', '/v1/measurements', 'Bearer a-token'],
        ['GET', '/v1/measurements/nzGzfAGL7sZfUs3c', 'Bearer a-token'],
      ],
    )
    await measure(DOCUMENT_URL, VANTAGE.places, service.access())
    equal(service.asked.at(-1)?.authorization, undefined)
  })

  it('waits while it goes on, at least as long as the service asks for, and not for ever', async () => {
    service.polls = [
      running,
      running,
      { status: 429, body: { error: {} } },
      { status: 502, body: '' },
      done(),
    ]
    equal((await measure(DOCUMENT_URL, VANTAGE.places, service.access())).results.length, 4)
    equal(service.waits.length, 5)
    ok(service.waits.every((ms) => ms >= 500))
    service.polls = [running]
    service.asked = []
    equal(await problem(measure(DOCUMENT_URL, VANTAGE.places, service.access())), 'vantage-timeout')
    equal(service.asked.length, 1 + VANTAGE.maxPolls)
  })

  it('ends with the run, in whatever it is', async () => {
    const aborted = AbortSignal.abort()
    equal(
      await problem(measure(DOCUMENT_URL, VANTAGE.places, service.access(aborted))),
      'vantage-timeout',
    )
    const controller = new AbortController()
    const sleep = async () => controller.abort()
    const options = { ...service.access(controller.signal), sleep }
    equal(await problem(measure(DOCUMENT_URL, VANTAGE.places, options)), 'vantage-timeout')
    equal(service.asked.length, 1)
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
      service.created = reply
      const { verdict, problems, ids } = await service.found()
      deepEqual([verdict, problems, ids], ['ok', [id], []])
      equal(service.asked.length, 1)
    })
  }

  it('says when a limit ends', async () => {
    const headers = { 'x-ratelimit-reset': '1200' }
    service.created = { status: 429, headers, body: { error: { type: 'too_many_probes' } } }
    equal(
      await measure(DOCUMENT_URL, VANTAGE.places, service.access()).catch((error: unknown) =>
        error instanceof VantageError ? error.againInSeconds : error,
      ),
      1200,
    )
  })

  it('that gets results of another shape is no result', async () => {
    for (const all of [[{}], [null], [{ probe: PLACES[0], result: { status: 'finished' } }]]) {
      service.polls = [done(all)]
      deepEqual((await service.found()).problems, ['vantage-bad-answer'])
    }
    // One malformed place says nothing about the others.
    service.polls = [done([{}, ...results().slice(1)])]
    equal((await service.found()).views.length, 3)
    service.polls = [{ status: 404, body: { error: { type: 'not_found' } } }]
    deepEqual((await service.found()).problems, ['vantage-refused'])
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
    await rejects(measure('no url', VANTAGE.places, service.access()), TypeError)
  })
})
