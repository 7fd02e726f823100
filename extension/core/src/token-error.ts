import * as oauth from 'oauth4webapi'
import { isUnavailable, NetworkFailure, unreachable } from './bounded-fetch.ts'
import { SignInError } from './errors.ts'
import { safeCause } from './safe-cause.ts'

/** What a failed token request becomes: `token_unreachable`, `token_refused`, `token_invalid`. */
export function tokenError(issuer: string, error: unknown): unknown {
  if (error instanceof SignInError) return error
  if (error instanceof NetworkFailure) return unreachable('token_unreachable', error)
  const cause = safeCause(error)
  const refusal = error instanceof oauth.ResponseBodyError ? error : undefined
  const status = refusal?.status ?? answeredStatus(error)
  if (isUnavailable(status)) {
    const detail = { host: new URL(issuer).host, reason: 'unavailable' } as const
    return new SignInError('token_unreachable', detail, { cause })
  }
  if (refusal !== undefined) {
    const detail = { issuer, status: refusal.status, error: refusal.error }
    return new SignInError('token_refused', detail, { cause })
  }
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'response'
  return new SignInError('token_invalid', { issuer, reason }, { cause })
}

/** The status of an answer that had no OAuth error in it; 0 when there was none. */
function answeredStatus(error: unknown): number {
  return error instanceof oauth.OperationProcessingError && error.cause instanceof Response
    ? error.cause.status
    : 0
}
