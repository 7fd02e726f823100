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
