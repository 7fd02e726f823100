import type { TraceEvent } from '@signet/core'
import { printable } from './printable.ts'

/** One line per step on stderr; peer-chosen values are JSON-encoded. */
export function printTrace({ step, outcome, detail }: TraceEvent): void {
  process.stderr.write(`${outcome === 'failed' ? '×' : '·'} ${step} ${printable(detail)}\n`)
}
