import * as oauth from 'oauth4webapi'
import type { PendingAuthorization } from './authorize.ts'
import { SignInError } from './errors.ts'
import { MAX_CALLBACK_PARAMETER_CHARS } from './limits.ts'
import { safeCause } from './safe-cause.ts'

/** A way for the authorization response to come back. Opened before the request is built. */
export interface RedirectReceiver {
  readonly kind: ReceiverKind
  /** Sent as `redirect_uri`, byte for byte. */
  readonly redirectUri: string
  readonly encodeState: (nonce: string) => string
  /** Resolves with the first response that carries `state`; all others are ignored. */
  readonly receive: (state: string, signal: AbortSignal) => Promise<RedirectArrival>
  /** Idempotent; frees ports and handlers. */
  readonly close: () => Promise<void>
}

export type ReceiverKind = 'loopback' | 'bounce' | 'direct' | 'paste'

export type OpenReceiver = (signal: AbortSignal) => Promise<RedirectReceiver>

/** A response as it arrived: untrusted until `acceptRedirect`. */
export interface RedirectArrival {
  /** Where it arrived, without query; the receiver's own knowledge, not the peer's word. */
  readonly redirectUri: string
  readonly parameters: URLSearchParams
}

/** Parameters that passed every check; holds the code. Confidential. */
export type AcceptedRedirect = URLSearchParams & { readonly accepted?: never }

const ONCE = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response']
const UNEXPECTED = ['response', 'id_token', 'token', 'access_token']

/**
 * Judges an authorization response: where it arrived, its shape, `iss`, `state`, and only then whether it
 * is an error (MCP authorization response validation; RFC 9207 section 2.4; OAuth 2.1 section 4.1.2).
 * Throws `redirect_uri_mismatch`, `redirect_parameters_invalid`, `redirect_issuer_missing`,
 * `redirect_issuer_mismatch`, `redirect_state_unknown`, `authorization_denied`, `authorization_failed`.
 */
export function acceptRedirect(
  issuer: oauth.AuthorizationServer,
  pending: PendingAuthorization,
  arrival: RedirectArrival,
): AcceptedRedirect {
  const { parameters } = arrival
  if (arrival.redirectUri !== pending.redirectUri) {
    throw new SignInError('redirect_uri_mismatch', { expected: pending.redirectUri })
  }
  checkShape(parameters)
  checkIssuer(issuer, pending, parameters)
  if (parameters.get('state') !== pending.state) throw new SignInError('redirect_state_unknown', {})
  const error = parameters.get('error')
  if (error === 'access_denied')
    throw new SignInError('authorization_denied', { issuer: pending.issuer })
  if (error !== null)
    throw new SignInError('authorization_failed', { issuer: pending.issuer, error })
  if ((parameters.get('code') ?? '') === '') {
    throw new SignInError('redirect_parameters_invalid', { parameter: 'code' })
  }
  try {
    return oauth.validateAuthResponse(
      issuer,
      { client_id: pending.clientId },
      parameters,
      pending.state,
    )
  } catch (cause) {
    throw new SignInError(
      'redirect_parameters_invalid',
      { parameter: 'response' },
      { cause: safeCause(cause) },
    )
  }
}

function checkShape(parameters: URLSearchParams): void {
  for (const parameter of ONCE) {
    const values = parameters.getAll(parameter)
    if (values.length > 1 || (values[0]?.length ?? 0) > MAX_CALLBACK_PARAMETER_CHARS) {
      throw new SignInError('redirect_parameters_invalid', { parameter })
    }
  }
  for (const parameter of UNEXPECTED) {
    if (parameters.has(parameter))
      throw new SignInError('redirect_parameters_invalid', { parameter })
  }
}

/** The four rows of MCP's table; plain string comparison after one form decoding. */
function checkIssuer(
  issuer: oauth.AuthorizationServer,
  pending: PendingAuthorization,
  parameters: URLSearchParams,
): void {
  const iss = parameters.get('iss')
  if (iss === null) {
    if (issuer.authorization_response_iss_parameter_supported === true) {
      throw new SignInError('redirect_issuer_missing', { expected: pending.issuer })
    }
    return
  }
  if (iss !== pending.issuer)
    throw new SignInError('redirect_issuer_mismatch', { expected: pending.issuer })
}
