import type { LogOutputChannel } from 'vscode'
import { isSignInError, type TraceEvent } from '@signet/core'

/** What the rest of the extension may write: trace events and failures, both free of secrets. */
export interface Log {
  readonly trace: (event: TraceEvent) => void
  readonly failure: (what: string, error: unknown) => void
}

/**
 * Writes to the output channel. Every value is JSON-encoded, so that text a server chose cannot forge a
 * line; URLs lose their query; errors are written as codes with the chain of their causes' names.
 */
export function createLog(channel: LogOutputChannel): Log {
  return {
    trace: ({ step, outcome, detail }) => {
      const line = `${step} ${outcome} ${JSON.stringify(detail, (_key, value: unknown) => withoutQuery(value))}`
      if (outcome === 'failed') channel.warn(line)
      else channel.info(line)
    },
    failure: (what, error) => {
      channel.error(`${what}: ${describeCauses(error)}`)
    },
  }
}

/** URLs lose their query, which may hold what only two parties should know. */
export function withoutQuery(value: unknown): unknown {
  if (typeof value !== 'string' || !URL.canParse(value)) return value
  const question = value.indexOf('?')
  return question === -1 ? value : `${value.slice(0, question)}?…`
}

/** `code {detail} <- TypeError ECONNREFUSED`: enough for a report, and nothing a peer wrote unescaped. */
function describeCauses(error: unknown): string {
  const parts: string[] = []
  for (
    let cause = error, depth = 0;
    cause instanceof Error && depth < 5;
    cause = cause.cause, depth += 1
  ) {
    if (isSignInError(cause)) {
      parts.push(
        `${cause.code} ${JSON.stringify(cause.detail, (_key, value: unknown) => withoutQuery(value))}`,
      )
    } else {
      const code = 'code' in cause && typeof cause.code === 'string' ? ` ${cause.code}` : ''
      parts.push(`${cause.name}${code} ${JSON.stringify(cause.message.slice(0, 200))}`)
    }
  }
  return parts.length === 0 ? 'unknown error' : parts.join(' <- ')
}
