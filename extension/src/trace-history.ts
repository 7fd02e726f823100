import type { TraceEvent } from '@signet/core'
import { MAX_TRACE_EVENTS } from './limits.ts'
import { withoutQuery } from './log.ts'

/** The last steps of this window's sign-ins, in memory alone. Free of secrets, like every trace event. */
export interface TraceHistory {
  readonly add: (event: TraceEvent) => void
  readonly events: () => readonly TraceEvent[]
  /** Calls `listener` after each event. Returns the unsubscribe. */
  readonly onDidAdd: (listener: () => void) => () => void
}

export function createTraceHistory(): TraceHistory {
  const events: TraceEvent[] = []
  const listeners = new Set<() => void>()
  return {
    add: (event) => {
      events.push(event)
      if (events.length > MAX_TRACE_EVENTS) events.shift()
      for (const listener of listeners) listener()
    },
    events: () => [...events],
    onDidAdd: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/**
 * One block per event, a blank line before each new sign-in. Values are JSON, so that a server's text cannot
 * forge a line; URLs lose their query; `redact` sees every string.
 */
export function traceText(
  events: readonly TraceEvent[],
  redact: (text: string) => string = (text) => text,
): string {
  return events
    .flatMap(({ step, outcome, at, detail }) => [
      ...(step === 'challenge' ? [''] : []),
      `${new Date(at).toISOString()}  ${outcome.padEnd(6)}  ${step}`,
      ...Object.entries(detail)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `    ${name}: ${JSON.stringify(value, safe(redact))}`),
    ])
    .join('\n')
    .trimStart()
}

function safe(redact: (text: string) => string) {
  return (_key: string, value: unknown) => {
    const short = withoutQuery(value)
    return typeof short === 'string' ? redact(short) : short
  }
}
