import type { SignInErrorCode } from './errors.ts'
import type { TraceStep } from './trace.ts'

/** The step a failure belongs to and the text that rules it, for reports that people act on. */
export interface ErrorSource {
  readonly step: TraceStep | 'input'
  readonly section: string
}

const MCP = 'MCP 2026-07-28 authorization'

const SOURCES: Readonly<Record<SignInErrorCode, ErrorSource>> = {
  server_url_invalid: { step: 'input', section: `${MCP}, canonical server URI` },
  server_url_insecure: { step: 'input', section: 'OAuth 2.1 section 1.5' },
  server_unreachable: { step: 'challenge', section: `${MCP}, overview` },
  server_open: { step: 'challenge', section: `${MCP}, overview` },
  server_unexpected_status: { step: 'challenge', section: 'RFC 6750 section 3' },
  resource_metadata_missing: { step: 'resource-metadata', section: 'RFC 9728 section 3.1' },
  resource_metadata_invalid: { step: 'resource-metadata', section: 'RFC 9728 section 2' },
  resource_mismatch: { step: 'resource-metadata', section: 'RFC 9728 section 3.3' },
  issuer_not_chosen: { step: 'resource-metadata', section: 'RFC 9728 section 7.6' },
  issuer_metadata_missing: { step: 'issuer-metadata', section: 'RFC 8414 section 3.1' },
  issuer_metadata_invalid: { step: 'issuer-metadata', section: 'RFC 8414 section 2' },
  issuer_mismatch: { step: 'issuer-metadata', section: 'RFC 8414 section 3.3' },
  pkce_unsupported: { step: 'issuer-metadata', section: `${MCP}, authorization code protection` },
  endpoint_insecure: { step: 'issuer-metadata', section: 'OAuth 2.1 section 1.5' },
  endpoint_missing: { step: 'issuer-metadata', section: 'RFC 8414 section 2' },
  discovery_unreachable: { step: 'issuer-metadata', section: 'RFC 8414 section 3' },
  no_client_identity: { step: 'identity', section: `${MCP}, client registration` },
  registration_refused: { step: 'registration', section: 'RFC 7591 section 3.2.2' },
  registration_invalid: { step: 'registration', section: 'RFC 7591 section 3.2.1' },
  receiver_unavailable: { step: 'receiver', section: 'RFC 8252 section 7.3' },
  browser_not_opened: { step: 'browser', section: 'RFC 8252 section 4.1' },
  redirect_timeout: { step: 'authorization-response', section: 'OAuth 2.1 section 4.1.2' },
  redirect_uri_mismatch: { step: 'authorization-response', section: 'RFC 8252 section 8.10' },
  redirect_state_unknown: { step: 'authorization-response', section: 'OAuth 2.1 section 4.1.2' },
  redirect_parameters_invalid: {
    step: 'authorization-response',
    section: 'OAuth 2.1 section 4.1.2',
  },
  redirect_issuer_missing: { step: 'authorization-response', section: 'RFC 9207 section 2.4' },
  redirect_issuer_mismatch: { step: 'authorization-response', section: 'RFC 9207 section 2.4' },
  authorization_denied: { step: 'authorization-response', section: 'RFC 6749 section 4.1.2.1' },
  authorization_failed: { step: 'authorization-response', section: 'RFC 6749 section 4.1.2.1' },
  grant_unsupported: { step: 'identity', section: 'RFC 8414 section 2' },
  device_code_expired: { step: 'device', section: 'RFC 8628 section 3.5' },
  token_unreachable: { step: 'token', section: 'RFC 6749 section 3.2' },
  token_refused: { step: 'token', section: 'RFC 6749 section 5.2' },
  token_invalid: { step: 'token', section: 'RFC 6749 section 5.1' },
  refresh_lost: { step: 'refresh', section: 'RFC 6749 section 5.2' },
  session_missing: { step: 'session', section: `${MCP}, token usage` },
  session_expired: { step: 'session', section: `${MCP}, refresh tokens` },
  session_corrupt: { step: 'session', section: `${MCP}, token theft` },
  store_unavailable: { step: 'session', section: `${MCP}, token theft` },
  token_rejected: { step: 'session', section: 'RFC 6750 section 3.1' },
  step_up_refused: { step: 'step-up', section: `${MCP}, scope challenge handling` },
  cross_origin_redirect: { step: 'session', section: `${MCP}, token handling` },
  response_too_large: { step: 'challenge', section: 'RFC 9728 section 7.7' },
  cancelled: { step: 'input', section: `${MCP}, overview` },
}

export function errorSource(code: SignInErrorCode): ErrorSource {
  return SOURCES[code]
}
