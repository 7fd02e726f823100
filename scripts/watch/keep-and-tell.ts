import { channelsOf, type AlertVariables } from '../../site/src/alert/channels.ts'
import { deliver } from '../../site/src/alert/deliver.ts'
import type { CheckRun, RunOptions } from '../../site/src/check/run.ts'
import type { Target } from '../../site/src/check/targets.ts'
import type { Finding } from '../../site/src/client-metadata/finding.ts'
import type { History } from '../../site/src/history/record.ts'
import { appendDelivery, loadHistory, recordRun, type Files } from '../../site/src/history/store.ts'

export interface KeepOptions {
  readonly targets: readonly Target[]
  readonly surroundings: Pick<RunOptions, 'clock' | 'sleep' | 'signal'>
  /** Whether to tell people of changes. */
  readonly alert: boolean
  readonly variables: AlertVariables
  readonly fetch: typeof globalThis.fetch
}

/**
 * Writes a run down, then tells people what is new in it. Nothing is told that was not written down first.
 * Returns what went wrong with telling.
 */
export async function keepAndTell(
  folder: string,
  run: CheckRun,
  before: History,
  options: KeepOptions,
  disk?: Files,
): Promise<readonly Finding[]> {
  await recordRun(folder, run, before, disk)
  if (!options.alert) return []
  const { surroundings, targets } = options
  const { events, deliveries } = await loadHistory(folder, disk)
  return await deliver(events, {
    origin: new URL(targets[0]?.url ?? 'https://invalid.invalid').origin,
    channels: channelsOf(options.variables, options.fetch),
    delivered: deliveries,
    keep: async (delivery) => await appendDelivery(folder, delivery, disk),
    clock: surroundings.clock,
    sleep: async (ms) => await surroundings.sleep(ms, surroundings.signal),
  })
}
