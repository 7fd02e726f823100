import { equal, ok } from 'node:assert/strict'
import type { SignInErrorCode, SignInErrorDetails } from '@signet/core'
import { messageFor } from '../../extension/src/messages.ts'
import { plainL10n } from '../support/plain-l10n.ts'

/** Looks like nothing anybody would write; a message that shows it has shown a peer's text. */
const PEER = 'PEER-TEXT'

/** One detail per code; peer-chosen members hold PEER. */
const DETAILS: { readonly [C in SignInErrorCode]: SignInErrorDetails[C] } = {
  server_url_invalid: { reason: 'not-a-url' },
  server_url_insecure: { host: 'h' },
  server_unreachable: { host: 'h', reason: 'dns' },
  server_open: { status: 200 },
  server_unexpected_status: { status: 500 },
  resource_metadata_missing: { tried: [PEER] },
  resource_metadata_invalid: { url: PEER, reason: PEER },
  resource_mismatch: { expected: 'e', received: PEER },
  issuer_not_chosen: { issuers: [PEER] },
  issuer_metadata_missing: { issuer: PEER, tried: [PEER] },
  issuer_metadata_invalid: { issuer: PEER, reason: PEER },
  issuer_mismatch: { expected: PEER, received: PEER },
  pkce_unsupported: { issuer: PEER, announced: false },
  endpoint_insecure: { endpoint: 'token_endpoint', url: PEER },
  endpoint_missing: { issuer: PEER, endpoint: 'token_endpoint' },
  discovery_unreachable: { host: 'h', reason: 'tls' },
  no_client_identity: { issuer: PEER, reasons: ['dcr: not offered'] },
  registration_refused: { issuer: PEER, status: 400, error: PEER },
  registration_invalid: { issuer: PEER, reason: PEER },
  receiver_unavailable: { reason: 'r' },
  browser_not_opened: {},
  redirect_timeout: { issuer: PEER, seconds: 300 },
  grant_unsupported: { issuer: PEER, grantType: 'g' },
  device_code_expired: { issuer: PEER },
  redirect_uri_mismatch: { expected: 'e' },
  redirect_state_unknown: {},
  redirect_parameters_invalid: { parameter: 'code' },
  redirect_issuer_missing: { expected: PEER },
  redirect_issuer_mismatch: { expected: PEER },
  authorization_denied: { issuer: PEER },
  authorization_failed: { issuer: PEER, error: PEER },
  token_unreachable: { host: 'h', reason: 'timeout' },
  token_refused: { issuer: PEER, status: 400, error: PEER },
  token_invalid: { issuer: PEER, reason: PEER },
  refresh_lost: { issuer: PEER },
  session_missing: { server: 's' },
  session_expired: { server: 's' },
  session_corrupt: { quarantined: 'q' },
  store_unavailable: { operation: 'read' },
  proof_needed: { server: 's' },
  token_rejected: { server: 's', status: 401 },
  step_up_refused: { server: 's', scopes: [PEER] },
  cross_origin_redirect: { server: 's' },
  response_too_large: { host: 'h', limitBytes: 1 },
  cancelled: {},
}

describe('Words for failures', () => {
  it('lead to the secret of a client by hand: where it is missing, and where it is not accepted', () => {
    const missing = messageFor(
      'no_client_identity',
      { issuer: PEER, reasons: ['pre-registered: no secret stored'] },
      plainL10n,
    )
    const refused = messageFor(
      'token_refused',
      { issuer: PEER, status: 401, error: 'invalid_client' },
      plainL10n,
    )
    for (const { text, actions } of [missing, refused]) {
      equal(actions[0], 'client-secret')
      equal(text.includes(PEER), false)
    }
  })

  // Cancelling is not a failure: nothing is shown for it.
  const codes = (Object.keys(DETAILS) as SignInErrorCode[]).filter((code) => code !== 'cancelled')
  for (const code of codes) {
    const { text, actions } = messageFor(code, DETAILS[code], plainL10n)

    it(`${code}: complete, ends as a sentence, shows no text of a server`, () => {
      ok(text.length > 10)
      ok(/[.!]$/.test(text), text)
      equal(text.includes(PEER), false, text)
      equal(text.includes('undefined'), false, text)
      equal(/\{\d\}/.test(text), false, text)
    })

    if (code !== 'server_open') {
      it(`${code}: has a next action`, () => ok(actions.length > 0))
    }
  }
})
