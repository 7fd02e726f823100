import type { Finding } from '../client-metadata/finding.ts'
import type { IncidentEvent } from '../history/incidents.ts'
import { alertOf, eventKey, type Delivery } from './alert.ts'
import { ChannelError, type Channel } from './channel.ts'
import { NEWS_MS, RETRY_DELAYS_MS } from './limits.ts'

export interface DeliverOptions {
  readonly origin: string
  readonly channels: readonly Channel[]
  /** Of all runs before. */
  readonly delivered: readonly Delivery[]
  /** Writes a delivery down before the next one begins. */
  readonly keep: (delivery: Delivery) => Promise<void>
  readonly clock: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/**
 * Tells every channel what it has not been told, in the order in which it happened. What does not go through
 * stays to be told by the next run, and is a finding of this one. A process that ends between a delivery and
 * its being written down repeats it under the same key; channels that keep keys show it once.
 */
export async function deliver(
  events: readonly IncidentEvent[],
  options: DeliverOptions,
): Promise<readonly Finding[]> {
  const done = new Set(options.delivered.map(({ key, channel }) => `${channel} ${key}`))
  const news = events.filter(({ at }) => options.clock() - Date.parse(at) < NEWS_MS)
  const findings = await Promise.all(
    options.channels.map(async (channel) => {
      for (const event of news) {
        const key = eventKey(event)
        if (done.has(`${channel.id} ${key}`)) continue
        const problem = await trySend(channel, event, options)
        // What comes later would be told before what came first.
        if (problem !== undefined) return [failedFinding(channel.id, problem)]
        const at = new Date(options.clock()).toISOString()
        await options.keep({ key, channel: channel.id, at })
      }
      return []
    }),
  )
  return findings.flat()
}

/** Undefined: it went through. */
async function trySend(
  channel: Channel,
  event: IncidentEvent,
  { origin, sleep }: DeliverOptions,
): Promise<string | undefined> {
  const alert = alertOf(event, origin)
  for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
    try {
      await channel.send(alert)
      return undefined
    } catch (error) {
      const problem = error instanceof ChannelError ? error.message : 'unexpected answer'
      const passing = error instanceof ChannelError && error.passing
      if (!passing || delayMs === undefined) return problem
      await sleep(delayMs)
    }
  }
  return undefined
}

function failedFinding(channel: string, problem: string): Finding {
  return {
    id: 'alert-failed',
    severity: 'error',
    step: 5,
    section: '-',
    message: 'People could not be told of an incident.',
    fix: 'Check the channel’s address and permissions; the next run tries again.',
    at: [`${channel}: ${problem}`],
  }
}
