import type { TraceEvent } from '@signet/core'

/** One line per step on stderr; peer-chosen values are JSON-encoded. */
export function printTrace({ step, outcome, detail }: TraceEvent): void {
  process.stderr.write(`${outcome === 'failed' ? '×' : '·'} ${step} ${JSON.stringify(detail)}\n`)
}
