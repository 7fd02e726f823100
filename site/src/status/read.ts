import { fileURLToPath } from 'node:url'
import { loadHistory } from '../history/store.ts'
import { PATIENT_MINUTES } from '../detection/time-to-detect.ts'
import { statusOf, type Status } from './status.ts'

/** Variables that a build reads. */
type StatusVariables = Readonly<Record<string, string | undefined>>

/**
 * How often a run may be expected, unless `SIGNET_INTERVAL_SECONDS` says otherwise. The workflow asks for one every
 * ten minutes and gets one every 18 to 60: a page that expected ten would say `unknown` for a third of the time,
 * one that expects thirty hardly ever (`npm run bench -- watch`, and the page /detection).
 */
const INTERVAL_SECONDS = PATIENT_MINUTES * 60

/** The status as this build shows it, from `SIGNET_HISTORY`; without a history everything is unknown. */
export async function readStatus(variables: StatusVariables, nowMs: number): Promise<Status> {
  const folder =
    variables.SIGNET_HISTORY ?? fileURLToPath(new URL('../../history', import.meta.url))
  const seconds = Number(variables.SIGNET_INTERVAL_SECONDS ?? INTERVAL_SECONDS)
  if (!(seconds > 0)) throw new TypeError('SIGNET_INTERVAL_SECONDS is a number of seconds')
  return statusOf(await loadHistory(folder), seconds * 1000, nowMs)
}
