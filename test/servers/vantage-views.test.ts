import { deepEqual, equal, match } from 'node:assert/strict'
import {
  DOCUMENT,
  done,
  PLACES,
  results,
  startStandIn,
  type Change,
  type StandIn,
} from './vantage-service.ts'

describe('What other places of the world saw (issue F.1)', () => {
  let service: StandIn
  before(async () => void (service = await startStandIn()))
  after(async () => await service.close())
  beforeEach(() => service.reset())

  it('finds nothing where every place gets what is on record', async () => {
    const { verdict, ids, views } = await service.found()
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
      service.polls = [done(results({ 0: change, 2: change }))]
      const two = await service.found()
      deepEqual([two.verdict, two.ids], ['bad', ['vantage-fails']])
      deepEqual(two.at, [
        `${id}, globalping: Frankfurt DE AS24940`,
        `${id}, globalping: Singapore SG AS14061`,
      ])
      service.polls = [done(results({ 1: change }))]
      const one = await service.found()
      deepEqual([one.verdict, one.ids], ['ok', ['vantage-differs']])
    })
  }

  it('does not say again what was found from here', async () => {
    service.polls = [done(results({ 0: challenge, 1: challenge, 2: challenge, 3: challenge }))]
    const rule = {
      id: 'response-challenge',
      severity: 'error',
      step: 6,
      section: '',
      message: '',
      fix: '',
      at: [],
    } as const
    deepEqual((await service.found([rule])).ids, ['response-challenge'])
  })

  it('does not judge bytes that did not come back whole', async () => {
    const cut: Change = (answer) => ({ ...answer, rawBody: DOCUMENT.slice(0, 20), truncated: true })
    const mangled: Change = (answer) => ({ ...answer, rawBody: `${DOCUMENT}\uFFFD` })
    service.polls = [done(results({ 0: cut, 1: cut, 2: mangled, 3: mangled }))]
    deepEqual((await service.found()).ids, [])
  })

  it('leaves out places that went offline', async () => {
    const offline: Change = () => ({ status: 'offline', rawOutput: '' })
    service.polls = [done(results({ 0: offline, 1: offline }))]
    equal((await service.found()).views.length, 2)
  })

  it('keeps a stranger’s city name to letters', async () => {
    const all = results()
    service.polls = [
      done(all.map((each) => ({ ...each, probe: { ...each.probe, city: 'a\u0007<b>"`\n' } }))),
    ]
    match((await service.found()).views[0]!.vantage, /^globalping: ab DE AS24940$/)
  })
})
