import type { Verdict } from '../../site/src/check/verdict.ts'
import type { Look } from './look.ts'

const VERDICTS: readonly Verdict[] = ['ok', 'degraded', 'bad', 'unknown']

/** The last look in Prometheus's text format. Paths are ours, so nothing has to be escaped but quotes. */
export function renderMetrics(look: Look | undefined): string {
  if (look === undefined) return ''
  const { at, targets, alerts } = look
  return [
    '# HELP signet_target_verdict 1 for the verdict that a target has.',
    '# TYPE signet_target_verdict gauge',
    ...targets.flatMap(({ path, verdict }) =>
      VERDICTS.map(
        (each) =>
          `signet_target_verdict{path=${quoted(path)},verdict="${each}"} ${each === verdict ? 1 : 0}`,
      ),
    ),
    '# HELP signet_target_duration_seconds Time of the first answer.',
    '# TYPE signet_target_duration_seconds gauge',
    ...targets.map(
      ({ path, ms }) => `signet_target_duration_seconds{path=${quoted(path)}} ${ms / 1000}`,
    ),
    '# HELP signet_last_check_timestamp_seconds When the last run began.',
    '# TYPE signet_last_check_timestamp_seconds gauge',
    `signet_last_check_timestamp_seconds ${Date.parse(at) / 1000}`,
    '# HELP signet_alerts_failed Channels that could not be told in the last run.',
    '# TYPE signet_alerts_failed gauge',
    `signet_alerts_failed ${alerts.length}`,
    '',
  ].join('\n')
}

function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}
