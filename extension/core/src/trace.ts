import { isSignInError } from './errors.ts'

/**
 * One event per step of a sign-in. Events are safe to show and to export: `detail` holds public protocol
 * values only, never a token, code, verifier, state or secret. Every value a peer controls is a string
 * under its wire name; whoever prints it must encode it.
 */
export type TraceStep =
  | 'challenge'
  | 'resource-metadata'
  | 'issuer-metadata'
  | 'receiver'
  | 'identity'
  | 'registration'
  | 'authorization-request'
  | 'browser'
  | 'authorization-response'
  | 'device'
  | 'assertion'
  | 'token'
  | 'session'
  | 'refresh'
  | 'step-up'
  | 'revocation'

export type TraceValue = string | number | boolean | readonly string[] | undefined

export interface TraceEvent {
  readonly step: TraceStep
  /** Milliseconds since the epoch, UTC. */
  readonly at: number
  readonly outcome: 'ok' | 'failed' | 'note'
  readonly detail: Readonly<Record<string, TraceValue>>
}

export type TraceSink = (event: TraceEvent) => void

/** Emits the event of one step, which went well unless said otherwise. */
export function note(
  ports: { readonly trace: TraceSink; readonly clock: { readonly now: () => number } },
  step: TraceStep,
  detail: TraceEvent['detail'],
  outcome: TraceEvent['outcome'] = 'ok',
): void {
  ports.trace({ step, at: ports.clock.now(), outcome, detail })
}

/** Emits the event of a step that failed. The code alone: an error's detail may hold a server's words. */
export function noteFailure(
  ports: Parameters<typeof note>[0],
  step: TraceStep,
  error: unknown,
  detail: TraceEvent['detail'],
): void {
  const code = isSignInError(error) ? error.code : 'internal'
  note(ports, step, { ...detail, code }, 'failed')
}
