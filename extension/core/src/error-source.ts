import type { SignInErrorCode } from './errors.ts'
import type { TraceStep } from './trace.ts'

/** The step a failure belongs to and the text that rules it, for reports that people act on. */
export interface ErrorSource {
  readonly step: TraceStep | 'input'
  readonly section: string
}

const MCP = 'MCP 2026-07-28 authorization'

const SOURCES: Readonly<Record<SignInErrorCode, readonly [ErrorSource['step'], string]>> = {
  server_url_invalid: ['input', `${MCP}, canonical server URI`],
  server_url_insecure: ['input', 'OAuth 2.1 section 1.5'],
  server_unreachable: ['challenge', `${MCP}, overview`],
  server_open: ['challenge', `${MCP}, overview`],
  server_unexpected_status: ['challenge', 'RFC 6750 section 3'],
  resource_metadata_missing: ['resource-metadata', 'RFC 9728 section 3.1'],
  resource_metadata_invalid: ['resource-metadata', 'RFC 9728 section 2'],
  resource_mismatch: ['resource-metadata', 'RFC 9728 section 3.3'],
  issuer_not_chosen: ['resource-metadata', 'RFC 9728 section 7.6'],
  issuer_metadata_missing: ['issuer-metadata', 'RFC 8414 section 3.1'],
  issuer_metadata_invalid: ['issuer-metadata', 'RFC 8414 section 2'],
  issuer_mismatch: ['issuer-metadata', 'RFC 8414 section 3.3'],
  pkce_unsupported: ['issuer-metadata', `${MCP}, authorization code protection`],
  endpoint_insecure: ['issuer-metadata', 'OAuth 2.1 section 1.5'],
  endpoint_missing: ['issuer-metadata', 'RFC 8414 section 2'],
  discovery_unreachable: ['issuer-metadata', 'RFC 8414 section 3'],
  no_client_identity: ['identity', `${MCP}, client registration`],
  registration_refused: ['registration', 'RFC 7591 section 3.2.2'],
  registration_invalid: ['registration', 'RFC 7591 section 3.2.1'],
  receiver_unavailable: ['receiver', 'RFC 8252 section 7.3'],
  browser_not_opened: ['browser', 'RFC 8252 section 4.1'],
  redirect_timeout: ['authorization-response', 'OAuth 2.1 section 4.1.2'],
  redirect_uri_mismatch: ['authorization-response', 'RFC 8252 section 8.10'],
  redirect_state_unknown: ['authorization-response', 'OAuth 2.1 section 4.1.2'],
  redirect_parameters_invalid: ['authorization-response', 'OAuth 2.1 section 4.1.2'],
  redirect_issuer_missing: ['authorization-response', 'RFC 9207 section 2.4'],
  redirect_issuer_mismatch: ['authorization-response', 'RFC 9207 section 2.4'],
  authorization_denied: ['authorization-response', 'RFC 6749 section 4.1.2.1'],
  authorization_failed: ['authorization-response', 'RFC 6749 section 4.1.2.1'],
  grant_unsupported: ['identity', 'RFC 8414 section 2'],
  device_code_expired: ['device', 'RFC 8628 section 3.5'],
  token_unreachable: ['token', 'RFC 6749 section 3.2'],
  token_refused: ['token', 'RFC 6749 section 5.2'],
  token_invalid: ['token', 'RFC 6749 section 5.1'],
  refresh_lost: ['refresh', 'RFC 6749 section 5.2'],
  session_missing: ['session', `${MCP}, token usage`],
  session_expired: ['session', `${MCP}, refresh tokens`],
  session_corrupt: ['session', `${MCP}, token theft`],
  store_unavailable: ['session', `${MCP}, token theft`],
  token_rejected: ['session', 'RFC 6750 section 3.1'],
  step_up_refused: ['step-up', `${MCP}, scope challenge handling`],
  cross_origin_redirect: ['session', `${MCP}, token handling`],
  response_too_large: ['challenge', 'RFC 9728 section 7.7'],
  cancelled: ['input', `${MCP}, overview`],
}

export function errorSource(code: SignInErrorCode): ErrorSource {
  const [step, section] = SOURCES[code]
  return { step, section }
}
