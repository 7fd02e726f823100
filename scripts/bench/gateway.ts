import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import {
  startParties,
  type HttpParty,
  type Parties,
  type Party,
  type Work,
} from './gateway/parties.ts'
import { percentile, type Bench, type Measure } from './measure.ts'

const WARM_UP_ROUNDS = 20
const ROUNDS = 80
const CALLS_PER_ROUND = 50
const THROUGHPUT_ROUNDS = 5
const CONCURRENT = 64
const CONCURRENT_CALLS = 1_600
/** A quick tool: enough for a server to be more than its network code. */
const TOOL_MS = 25
const STREAMS = 1_000
const TICKS = 1_000
const QUICK: Work = { ms: 0, events: false }
const MB = 1_048_576

/**
 * The gateway beside a direct connection and beside mcp-remote, all to one server in one run. They take
 * turns in short rounds, so that a busy moment of the machine falls on each of them.
 */
export const gatewayBench: Bench = async (progress) => {
  const parties = await startParties()
  try {
    progress('Latency…')
    const json = await measureLatency(parties, 'JSON', QUICK)
    const events = await measureLatency(parties, 'an event stream', { ...QUICK, events: true })
    progress('Throughput…')
    const throughput = await measureThroughput(parties)
    progress('First bytes…')
    const firstByte = await measureFirstByte(parties)
    progress('1 GB of events…')
    const growth = await measureBigStream(parties)
    progress('Idle streams…')
    const idle = await measureIdleStreams(parties)
    return [...json, ...events, ...throughput, ...firstByte, ...growth, ...idle]
  } finally {
    await parties.close()
  }
}

async function measureLatency(
  { direct, gateway, bridge }: Parties,
  answer: string,
  work: Work,
): Promise<readonly Measure[]> {
  const all: readonly Party[] = [direct, gateway, bridge]
  const samples = new Map<Party, number[]>(all.map((party) => [party, []]))
  // The first rounds warm everything up and do not count.
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const party of all) {
      for (let n = 0; n < CALLS_PER_ROUND; n += 1) {
        const started = performance.now()
        await party.call(work)
        if (round >= 0) samples.get(party)?.push(performance.now() - started)
      }
    }
  }
  const of = (party: Party, share: number) => percentile(samples.get(party) ?? [], share)
  const added = (party: Party, share: number) => of(party, share) - of(direct, share)
  return [
    figure(`direct call answered with ${answer}, p50`, of(direct, 0.5), 'ms'),
    figure(`direct call answered with ${answer}, p99`, of(direct, 0.99), 'ms'),
    figure('added by the gateway, p50', added(gateway, 0.5), 'ms', {
      atMost: 0.5,
    }),
    figure('added by the gateway, p99', added(gateway, 0.99), 'ms'),
    figure('added by mcp-remote, p50', added(bridge, 0.5), 'ms'),
    figure('added by mcp-remote, p99', added(bridge, 0.99), 'ms'),
    figure(
      'p50 of the gateway ÷ p50 of mcp-remote, added',
      added(gateway, 0.5) / added(bridge, 0.5),
      '',
    ),
    figure(
      'p99 of the gateway ÷ p99 of mcp-remote, added',
      added(gateway, 0.99) / added(bridge, 0.99),
      '',
      { atMost: 0.2 },
    ),
  ]
}

async function measureThroughput(parties: Parties): Promise<readonly Measure[]> {
  const { direct, gateway, bridge } = parties
  const busy = await rates([direct, gateway, bridge], TOOL_MS)
  const empty = await rates([direct, gateway], 0)
  const ratio = (of: ReadonlyMap<Party, number>, party: Party) =>
    (of.get(party) ?? NaN) / (of.get(direct) ?? NaN)
  return [
    figure(`direct, ${TOOL_MS} ms tool, ${CONCURRENT} at once`, busy.get(direct) ?? NaN, 'calls/s'),
    figure('gateway ÷ direct', ratio(busy, gateway), '', { atLeast: 0.7 }),
    figure('mcp-remote ÷ direct', ratio(busy, bridge), ''),
    figure('gateway ÷ direct, server that does nothing', ratio(empty, gateway), ''),
  ]
}

/** The median of some rounds, after one that does not count. */
async function rates(parties: readonly Party[], ms: number): Promise<ReadonlyMap<Party, number>> {
  const seen = new Map<Party, number[]>(parties.map((party) => [party, []]))
  for (let round = 0; round <= THROUGHPUT_ROUNDS; round += 1) {
    for (const [party, found] of seen) {
      const rate = await callsPerSecond(party, ms)
      if (round > 0) found.push(rate)
    }
  }
  return new Map([...seen].map(([party, found]) => [party, percentile(found, 0.5)]))
}

async function callsPerSecond(party: Party, ms: number): Promise<number> {
  let left = CONCURRENT_CALLS
  const worker = async () => {
    while (left > 0) {
      left -= 1
      await party.call({ ...QUICK, ms })
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: CONCURRENT }, worker))
  return (CONCURRENT_CALLS / (performance.now() - started)) * 1000
}

async function measureFirstByte({ direct, gateway }: Parties): Promise<readonly Measure[]> {
  const delays = new Map<HttpParty, number[]>([direct, gateway].map((party) => [party, []]))
  for (let n = 0; n < TICKS; n += 1) {
    for (const [party, seen] of delays) seen.push(await firstByteDelay(party))
  }
  const of = (party: HttpParty, share: number) => percentile(delays.get(party) ?? [], share)
  return [
    figure('first event after the server sent it, direct p99', of(direct, 0.99), 'ms'),
    figure('first event after the server sent it, gateway p99', of(gateway, 0.99), 'ms', {
      atMost: 5,
    }),
  ]
}

/** Milliseconds from the server's write to the first byte here. */
async function firstByteDelay(party: HttpParty): Promise<number> {
  const answer = await party.open('tick')
  const ended = once(answer, 'end')
  const [chunk] = (await once(answer, 'data')) as [Buffer]
  const now = process.hrtime.bigint()
  const sent = /data: (\d+)/.exec(chunk.toString('utf8'))?.[1]
  await ended
  return Number(now - BigInt(sent ?? now)) / 1_000_000
}

/** The first stream of a process: nothing has made room for it. */
async function measureBigStream({ newGateway }: Parties): Promise<readonly Measure[]> {
  const gateway = await newGateway()
  await warmUp(gateway)
  const before = await gateway.memory()
  const started = performance.now()
  const bytes = await drain(await gateway.open('big'))
  const seconds = (performance.now() - started) / 1000
  const after = await gateway.memory()
  return [
    figure('events through a gateway just started', bytes / MB, 'MB'),
    figure('at', bytes / MB / seconds, 'MB/s'),
    figure('memory grew meanwhile by, at most', (after.peak - before.rss) / MB, 'MB', {
      atMost: 30,
    }),
  ]
}

async function warmUp(party: Party): Promise<void> {
  for (let n = 0; n < WARM_UP_ROUNDS * CALLS_PER_ROUND; n += 1) await party.call(QUICK)
}

async function drain(answer: IncomingMessage): Promise<number> {
  let bytes = 0
  answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
  await once(answer, 'end')
  return bytes
}

async function measureIdleStreams({ newGateway }: Parties): Promise<readonly Measure[]> {
  const gateway = await newGateway()
  await warmUp(gateway)
  const before = await gateway.memory()
  const streams = await Promise.all(
    Array.from({ length: STREAMS }, async () => await gateway.open('idle')),
  )
  const open = await gateway.memory()
  for (const stream of streams) stream.destroy()
  return [
    figure(`${STREAMS} idle streams take`, (open.rss - before.rss) / MB, 'MB', {
      atMost: 60,
    }),
  ]
}

function figure(
  what: string,
  value: number,
  unit: string,
  limit?: NonNullable<Measure['limit']>,
): Measure {
  return { what, value, unit, limit }
}
