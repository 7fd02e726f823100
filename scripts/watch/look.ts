import { channelsOf, type AlertVariables } from '../../site/src/alert/channels.ts'
import { deliver } from '../../site/src/alert/deliver.ts'
import { runCheck, type CheckRun, type RunOptions } from '../../site/src/check/run.ts'
import type { Target } from '../../site/src/check/targets.ts'
import type { Finding } from '../../site/src/client-metadata/finding.ts'
import { lastCertificate } from '../../site/src/history/record.ts'
import { appendDelivery, loadHistory, recordRun } from '../../site/src/history/store.ts'

export interface LookOptions {
  readonly targets: readonly Target[]
  readonly surroundings: RunOptions
  /** Folder of the history; undefined: nothing is kept and nobody is told. */
  readonly history: string | undefined
  /** Whether to tell people of changes. */
  readonly alert: boolean
  readonly variables: AlertVariables
  readonly fetch: typeof globalThis.fetch
}

export interface Look extends CheckRun {
  /** What went wrong with telling people. */
  readonly alerts: readonly Finding[]
}

/** One run as a watch makes it: look, write down, tell. Nothing is told that was not written down first. */
export async function lookOnce(options: LookOptions): Promise<Look> {
  const { history: folder, surroundings } = options
  if (folder === undefined)
    return { ...(await runCheck(options.targets, surroundings)), alerts: [] }
  const before = await loadHistory(folder)
  const previous = lastCertificate(before)
  const run = await runCheck(options.targets, { ...surroundings, previous })
  await recordRun(folder, run, before)
  return { ...run, alerts: options.alert ? await tell(folder, options) : [] }
}

async function tell(folder: string, options: LookOptions): Promise<readonly Finding[]> {
  const { surroundings, targets } = options
  const { events, deliveries } = await loadHistory(folder)
  return await deliver(events, {
    origin: new URL(targets[0]?.url ?? 'https://invalid.invalid').origin,
    channels: channelsOf(options.variables, options.fetch),
    delivered: deliveries,
    keep: async (delivery) => await appendDelivery(folder, delivery),
    clock: surroundings.clock,
    sleep: async (ms) => await surroundings.sleep(ms, surroundings.signal),
  })
}
