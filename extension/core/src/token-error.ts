import * as oauth from 'oauth4webapi'
import { NetworkFailure, unreachable } from './bounded-fetch.ts'
import { SignInError } from './errors.ts'
import { safeCause } from './safe-cause.ts'

/** What a failed token request becomes: `token_unreachable`, `token_refused`, `token_invalid`. */
export function tokenError(issuer: string, error: unknown): unknown {
  if (error instanceof SignInError) return error
  if (error instanceof NetworkFailure) return unreachable('token_unreachable', error)
  if (error instanceof oauth.ResponseBodyError) {
    const detail = { issuer, status: error.status, error: error.error }
    return new SignInError('token_refused', detail, { cause: safeCause(error) })
  }
  if (
    error instanceof oauth.OperationProcessingError &&
    error.cause instanceof Response &&
    error.cause.status >= 500
  ) {
    const host = new URL(issuer).host
    return new SignInError(
      'token_unreachable',
      { host, reason: 'network' },
      { cause: safeCause(error) },
    )
  }
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'response'
  return new SignInError('token_invalid', { issuer, reason }, { cause: safeCause(error) })
}
