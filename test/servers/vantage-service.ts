import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { GlobalpingAccess } from '../../site/src/check/globalping.ts'
import type { TargetResult } from '../../site/src/check/judge.ts'
import { lookFromElsewhere } from '../../site/src/check/look-from-elsewhere.ts'
import type { Target } from '../../site/src/check/targets.ts'
import { closeServer, listen } from './listen.ts'

const NOW_MS = Date.parse('2026-11-23T12:00:00Z')
export const DOCUMENT_URL = 'https://client.acme-software.dev/oauth/client.json'
export const DOCUMENT = `${JSON.stringify({
  client_id: DOCUMENT_URL,
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
  url: DOCUMENT_URL,
  clientId: DOCUMENT_URL,
  expected: Buffer.from(DOCUMENT),
  versions: [],
}

export type Change = (answer: ReturnType<typeof finished>) => unknown

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

export const PLACES = [
  { continent: 'EU', country: 'DE', city: 'Frankfurt', asn: 24940, network: 'Hetzner' },
  { continent: 'NA', country: 'US', city: 'Ashburn', asn: 14618, network: 'Amazon' },
  { continent: 'AS', country: 'SG', city: 'Singapore', asn: 14061, network: 'DigitalOcean' },
  { continent: 'EU', country: 'FR', city: 'Paris', asn: 3215, network: 'Orange' },
]

/** Results of all places; `changes` by place. */
export function results(changes: Readonly<Record<number, Change>> = {}) {
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

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A stand-in for the service. */
export interface StandIn {
  /** What it answers to the next measurements. */
  created: Reply
  /** What it answers to each look at them; the last one for ever. */
  polls: Reply[]
  /** What it was asked, since it was last reset. */
  asked: {
    readonly method: string
    readonly url: string
    readonly authorization: string | undefined
    readonly body: string
  }[]
  /** Milliseconds that were waited between two looks. */
  waits: number[]
  readonly access: (signal?: AbortSignal) => GlobalpingAccess
  /** The target's findings after a look, when nothing but `here` was wrong from here. */
  readonly found: (here?: TargetResult['findings']) => Promise<Found>
  /** All is well at all places, and nobody asked yet. */
  readonly reset: () => void
  readonly close: () => Promise<void>
}

/** What a look from elsewhere came to. */
interface Found {
  readonly verdict: string
  readonly views: Awaited<ReturnType<typeof lookFromElsewhere>>['vantages']['views']
  readonly problems: readonly string[]
  readonly ids: readonly string[]
  readonly at: readonly string[]
}

export const done = (all: unknown = results()): Reply => ({
  status: 200,
  body: { id: 'nzGzfAGL7sZfUs3c', type: 'http', status: 'finished', results: all },
})

export async function startStandIn(): Promise<StandIn> {
  const server: Server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const { method = '', url = '' } = request
      self.asked.push({ method, url, authorization: request.headers.authorization, body })
      const { created, polls } = self
      const reply = method === 'POST' ? created : (polls.length > 1 ? polls.shift() : polls[0])!
      response
        .writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
        .end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
    })
  })
  const api = `http://127.0.0.1:${await listen(server, '127.0.0.1')}`
  const self: StandIn = {
    created: done(),
    polls: [],
    asked: [],
    waits: [],
    access: (signal = new AbortController().signal) => {
      const sleep = async (ms: number) => void self.waits.push(ms)
      return { api, token: undefined, fetch, sleep, signal }
    },
    found: async (here = []) => await lookFrom(self.access(), here),
    reset: () => {
      self.created = { status: 202, body: { id: 'nzGzfAGL7sZfUs3c', probesCount: 4 } }
      self.polls = [done()]
      self.asked = []
      self.waits = []
    },
    close: async () => await closeServer(server),
  }
  return self
}

async function lookFrom(access: GlobalpingAccess, here: TargetResult['findings']): Promise<Found> {
  const target = {
    url: DOCUMENT_URL,
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
  const wider = await lookFromElsewhere([TARGET], run, { ...access, clock: () => NOW_MS })
  return {
    verdict: wider.verdict,
    views: wider.vantages.views,
    problems: wider.vantages.problems.map(({ id }) => id),
    ids: wider.targets[0]!.findings.map(({ id }) => id),
    at: wider.targets[0]!.findings.flatMap(({ at }) => at),
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString()
  return text
}
