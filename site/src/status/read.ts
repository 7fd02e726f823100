import { fileURLToPath } from 'node:url'
import { loadHistory } from '../history/store.ts'
import { statusOf, type Status } from './status.ts'

/** Variables that a build reads. */
type StatusVariables = Readonly<Record<string, string | undefined>>

/** How often the workflow looks, unless `SIGNET_INTERVAL_SECONDS` says otherwise. */
const INTERVAL_SECONDS = 600

/** The status as this build shows it, from `SIGNET_HISTORY`; without a history everything is unknown. */
export async function readStatus(variables: StatusVariables, nowMs: number): Promise<Status> {
  const folder =
    variables.SIGNET_HISTORY ?? fileURLToPath(new URL('../../history', import.meta.url))
  const seconds = Number(variables.SIGNET_INTERVAL_SECONDS ?? INTERVAL_SECONDS)
  if (!(seconds > 0)) throw new TypeError('SIGNET_INTERVAL_SECONDS is a number of seconds')
  return statusOf(await loadHistory(folder), seconds * 1000, nowMs)
}
