import { setTimeout } from 'node:timers/promises'
import type { Fetch } from '@signet/core'
import { systemFetch } from '@signet/core/node'
import { BUNDLED_SITE } from '../../test/e2e/artefacts.ts'
import { startCoreHost } from '../../test/servers/core-host.ts'
import { startDeployment, type Deployment } from '../../test/servers/deployment.ts'
import { fakeClock } from '../../test/support/fake-ports.ts'
import { officialClient } from './core/official-client.ts'
import { percentile, type Bench, type Measure } from './measure.ts'

const ROUNDS = 12
const LATENCIES_MS = [0, 50]
/** The usual life of an access token, and when it is renewed. */
const TOKEN_SECONDS = 3600
const LATER_MS = 3_550_000
const PERSON = { answer: 'allow', account: 'ada@example.test' } as const
const { signal } = new AbortController()

/** One sign-in from nothing, then a fresh token for it after the first one has ended. */
interface Sample {
  readonly coldRequests: number
  readonly coldMs: number
  readonly warmRequests: number
  readonly warmMs: number
}

/**
 * Signing in, counted and timed from the client: this core beside the official MCP client, at the same
 * servers in one run, taking turns. What the person's browser does is the same for both and takes no part
 * in the count; it is part of the time.
 */
export const coreBench: Bench = async (progress) => {
  const deployment = await startDeployment({
    siteDirectory: BUNDLED_SITE,
    host: '127.0.0.1',
    accessTokenSeconds: TOKEN_SECONDS,
    registration: false,
  })
  try {
    const measures: Measure[] = []
    for (const latencyMs of LATENCIES_MS) {
      progress(`Signing in with ${String(latencyMs)} ms added to each request…`)
      measures.push(...(await compare(deployment, latencyMs)))
    }
    return measures
  } finally {
    await deployment.close()
  }
}

async function compare({ mcpServer }: Deployment, latencyMs: number): Promise<readonly Measure[]> {
  const ours: Sample[] = []
  const theirs: Sample[] = []
  // The first round warms both up and does not count.
  for (let round = -1; round < ROUNDS; round += 1) {
    const one = await withCore(mcpServer.url, latencyMs)
    const other = await withOfficialClient(mcpServer.url, latencyMs)
    if (round < 0) continue
    ours.push(one)
    theirs.push(other)
  }
  const median = (samples: readonly Sample[], of: keyof Sample) =>
    percentile(
      samples.map((sample) => sample[of]),
      0.5,
    )
  const at = `, ${String(latencyMs)} ms added`
  const both = (what: string, of: keyof Sample, unit: string): Measure[] => [
    figure(`${what}, this core${at}`, median(ours, of), unit),
    figure(`${what}, official client${at}`, median(theirs, of), unit),
  ]
  const ratio = (of: keyof Sample) => median(ours, of) / median(theirs, of)
  return [
    ...both('requests of a sign-in', 'coldRequests', ''),
    figure(`requests of a sign-in, ratio${at}`, ratio('coldRequests'), '', {
      atMost: 1,
    }),
    ...both('a sign-in', 'coldMs', 'ms'),
    figure(
      `a sign-in, ratio${at}`,
      ratio('coldMs'),
      '',
      latencyMs > 0 ? { atMost: 0.8 } : undefined,
    ),
    ...both('requests of a fresh token', 'warmRequests', ''),
    figure(`requests of a fresh token, ratio${at}`, ratio('warmRequests'), '', {
      atMost: 1,
    }),
    ...both('a fresh token', 'warmMs', 'ms'),
    figure(`a fresh token, ratio${at}`, ratio('warmMs'), ''),
  ]
}

function figure(what: string, value: number, unit: string, limit?: Measure['limit']): Measure {
  return { what, value, unit, limit }
}

async function withCore(serverUrl: string, latencyMs: number): Promise<Sample> {
  const meter = createMeter(latencyMs)
  const clock = fakeClock(Date.now())
  const fetch: Fetch = async (url, init) =>
    await meter.request(async () => await systemFetch(url, init))
  const host = startCoreHost({}, clock, fetch)
  const cold = await meter.during(async () => await host.signIn(serverUrl))
  const [session] = await host.client.sessions.list()
  const warm = await meter.during(async () => {
    clock.advance(LATER_MS)
    return await host.client.access({
      sessionId: session?.id ?? '',
      rejectedToken: undefined,
      signal,
    })
  })
  return sample(cold, warm)
}

async function withOfficialClient(serverUrl: string, latencyMs: number): Promise<Sample> {
  const meter = createMeter(latencyMs)
  const client = officialClient(
    serverUrl,
    async (url, init) => await meter.request(async () => await fetch(url, init)),
    PERSON,
  )
  return sample(await meter.during(client.signIn), await meter.during(client.renew))
}

interface Part {
  readonly requests: number
  readonly ms: number
}

function sample(cold: Part, warm: Part): Sample {
  return {
    coldRequests: cold.requests,
    coldMs: cold.ms,
    warmRequests: warm.requests,
    warmMs: warm.ms,
  }
}

/** Counts a client's requests, holds each back by the latency, and times what they are part of. */
function createMeter(latencyMs: number) {
  let requests = 0
  return {
    request: async <T>(send: () => Promise<T>): Promise<T> => {
      requests += 1
      await setTimeout(latencyMs)
      return await send()
    },
    during: async (work: () => Promise<unknown>): Promise<Part> => {
      const before = requests
      const started = performance.now()
      await work()
      return { requests: requests - before, ms: performance.now() - started }
    },
  }
}
