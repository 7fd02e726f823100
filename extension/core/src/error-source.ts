import type { SignInErrorCode } from './errors.ts'
import type { TraceStep } from './trace.ts'

/** The step a failure belongs to and the text that rules it, for reports that people act on. */
export interface ErrorSource {
  readonly step: TraceStep | 'input'
  readonly section: string
}

const MCP = 'MCP 2026-07-28 authorization'

const SOURCES: Readonly<Record<SignInErrorCode, ErrorSource>> = {
  ...at('input', {
    server_url_invalid: `${MCP}, canonical server URI`,
    server_url_insecure: 'OAuth 2.1 section 1.5',
    cancelled: `${MCP}, overview`,
  }),
  ...at('challenge', {
    server_unreachable: `${MCP}, overview`,
    server_open: `${MCP}, overview`,
    server_unexpected_status: 'RFC 6750 section 3',
    response_too_large: 'RFC 9728 section 7.7',
  }),
  ...at('resource-metadata', {
    resource_metadata_missing: 'RFC 9728 section 3.1',
    resource_metadata_invalid: 'RFC 9728 section 2',
    resource_mismatch: 'RFC 9728 section 3.3',
    issuer_not_chosen: 'RFC 9728 section 7.6',
  }),
  ...at('issuer-metadata', {
    issuer_metadata_missing: 'RFC 8414 section 3.1',
    issuer_metadata_invalid: 'RFC 8414 section 2',
    issuer_mismatch: 'RFC 8414 section 3.3',
    pkce_unsupported: `${MCP}, authorization code protection`,
    endpoint_insecure: 'OAuth 2.1 section 1.5',
    endpoint_missing: 'RFC 8414 section 2',
    discovery_unreachable: 'RFC 8414 section 3',
  }),
  ...at('identity', {
    no_client_identity: `${MCP}, client registration`,
    grant_unsupported: 'RFC 8414 section 2',
  }),
  ...at('registration', {
    registration_refused: 'RFC 7591 section 3.2.2',
    registration_invalid: 'RFC 7591 section 3.2.1',
  }),
  ...at('receiver', {
    receiver_unavailable: 'RFC 8252 section 7.3',
  }),
  ...at('browser', {
    browser_not_opened: 'RFC 8252 section 4.1',
  }),
  ...at('authorization-response', {
    redirect_timeout: 'OAuth 2.1 section 4.1.2',
    redirect_uri_mismatch: 'RFC 8252 section 8.10',
    redirect_state_unknown: 'OAuth 2.1 section 4.1.2',
    redirect_parameters_invalid: 'OAuth 2.1 section 4.1.2',
    redirect_issuer_missing: 'RFC 9207 section 2.4',
    redirect_issuer_mismatch: 'RFC 9207 section 2.4',
    authorization_denied: 'RFC 6749 section 4.1.2.1',
    authorization_failed: 'RFC 6749 section 4.1.2.1',
  }),
  ...at('device', {
    device_code_expired: 'RFC 8628 section 3.5',
  }),
  ...at('token', {
    token_unreachable: 'RFC 6749 section 3.2',
    token_refused: 'RFC 6749 section 5.2',
    token_invalid: 'RFC 6749 section 5.1',
  }),
  ...at('refresh', {
    refresh_lost: 'RFC 6749 section 5.2',
  }),
  ...at('session', {
    session_missing: `${MCP}, token usage`,
    session_expired: `${MCP}, refresh tokens`,
    session_corrupt: `${MCP}, token theft`,
    store_unavailable: `${MCP}, token theft`,
    proof_needed: 'RFC 9449 section 7.1',
    token_rejected: 'RFC 6750 section 3.1',
    cross_origin_redirect: `${MCP}, token handling`,
  }),
  ...at('step-up', {
    step_up_refused: `${MCP}, scope challenge handling`,
  }),
}

/** The codes of one step, each with its text. */
function at<C extends SignInErrorCode>(
  step: ErrorSource['step'],
  sections: Readonly<Record<C, string>>,
): Readonly<Record<C, ErrorSource>> {
  const entries = Object.entries<string>(sections)
  return Object.fromEntries(entries.map(([code, section]) => [code, { step, section }])) as Record<
    C,
    ErrorSource
  >
}

/** Where a failure belongs. Pure. */
export function errorSource(code: SignInErrorCode): ErrorSource {
  return SOURCES[code]
}
