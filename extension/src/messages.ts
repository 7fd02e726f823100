import type { SignInErrorCode, SignInErrorDetails } from '@signet/core'
import type { Localise } from './localise.ts'
import { networkWords } from './network-words.ts'
import { urlWords } from './url-words.ts'

/** What a person can do next; the caller offers it as a button. */
export type NextAction =
  'try-again' | 'another-way' | 'sign-in' | 'client-secret' | 'settings' | 'log'

export interface Message {
  readonly text: string
  readonly actions: readonly NextAction[]
}

type Words = {
  readonly [C in SignInErrorCode]: (detail: SignInErrorDetails[C], l10n: Localise) => Message
}

const say = (text: string, ...actions: NextAction[]): Message => ({ text, actions })

/**
 * The only words for failures, one entry per code, each with what to do next. Host names are the one
 * peer-chosen value that appears, as the person's own evidence of where a request went; never any text.
 */
const WORDS: Words = {
  server_url_invalid: ({ reason }, l10n) => say(urlWords(reason, l10n), 'try-again'),
  server_url_insecure: ({ host }, l10n) =>
    say(
      l10n.t('{0} is addressed over plain http, which would expose your sign-in. Use https.', host),
      'try-again',
    ),

  server_unreachable: ({ host, reason }, l10n) =>
    say(
      l10n.t('The MCP server at {0} cannot be reached: {1}', host, networkWords(reason, l10n)),
      'try-again',
      'log',
    ),
  server_open: (_detail, l10n) =>
    say(l10n.t('This MCP server answers without a sign-in. You can use it as it is.')),
  server_unexpected_status: ({ status }, l10n) =>
    say(
      l10n.t(
        'The MCP server answered with status {0} instead of asking for a sign-in. Check the URL’s path.',
        status,
      ),
      'try-again',
      'log',
    ),

  resource_metadata_missing: (_detail, l10n) =>
    say(
      l10n.t(
        'The MCP server asks for a sign-in but does not say where. Its owner has to publish protected resource metadata.',
      ),
      'log',
    ),
  resource_metadata_invalid: (_detail, l10n) =>
    say(
      l10n.t(
        'The MCP server’s sign-in metadata cannot be used. Its owner can see the reason in the log.',
      ),
      'log',
    ),
  resource_mismatch: (_detail, l10n) =>
    say(
      l10n.t(
        'The MCP server’s metadata names a different server. Nothing was opened; tell its owner before you sign in.',
      ),
      'log',
    ),
  issuer_not_chosen: (_detail, l10n) =>
    say(
      l10n.t('This MCP server offers several places to sign in, and none was chosen.'),
      'try-again',
    ),
  issuer_metadata_missing: (_detail, l10n) =>
    say(
      l10n.t(
        'The sign-in server publishes no metadata at its well-known addresses. Tell the MCP server’s owner.',
      ),
      'log',
    ),
  issuer_metadata_invalid: (_detail, l10n) =>
    say(
      l10n.t(
        'The sign-in server’s metadata cannot be used. Its owner can see the reason in the log.',
      ),
      'log',
    ),
  issuer_mismatch: (_detail, l10n) =>
    say(
      l10n.t(
        'The sign-in server’s metadata names a different issuer, so it was not used. Tell the MCP server’s owner.',
      ),
      'log',
    ),
  pkce_unsupported: (_detail, l10n) =>
    say(
      l10n.t(
        'The sign-in server does not announce PKCE with S256, which protects your sign-in. Its owner has to enable it.',
      ),
      'log',
    ),
  endpoint_insecure: (_detail, l10n) =>
    say(
      l10n.t(
        'The server points to an address that is not secure to use. Nothing was opened; tell its owner.',
      ),
      'log',
    ),
  endpoint_missing: (_detail, l10n) =>
    say(
      l10n.t('The sign-in server’s metadata leaves out an address that is needed. Tell its owner.'),
      'log',
    ),
  discovery_unreachable: ({ host, reason }, l10n) =>
    say(
      l10n.t('Sign-in metadata at {0} cannot be reached: {1}', host, networkWords(reason, l10n)),
      'try-again',
      'log',
    ),

  no_client_identity: ({ reasons }, l10n) => {
    if (reasons.includes('pre-registered: no secret stored')) {
      return say(
        l10n.t('The client you entered for this sign-in server has no secret here yet. Set it.'),
        'client-secret',
        'settings',
      )
    }
    return say(
      l10n.t(
        'The sign-in server accepts none of the ways this client can identify itself. Register a client there and enter it in the settings.',
      ),
      'settings',
      'log',
    )
  },
  registration_refused: (_detail, l10n) =>
    say(
      l10n.t(
        'The sign-in server refused to register this client. Register one by hand and enter it in the settings.',
      ),
      'settings',
      'log',
    ),
  registration_invalid: (_detail, l10n) =>
    say(
      l10n.t(
        'The sign-in server’s registration answer cannot be used. Register a client by hand and enter it in the settings.',
      ),
      'settings',
      'log',
    ),

  receiver_unavailable: (_detail, l10n) =>
    say(l10n.t('Nothing on this machine can receive the browser’s answer.'), 'another-way', 'log'),
  browser_not_opened: (_detail, l10n) =>
    say(l10n.t('The browser was not opened.'), 'try-again', 'another-way'),
  redirect_timeout: ({ seconds }, l10n) =>
    say(
      l10n.t(
        'No answer came back from the browser within {0} minutes. If the sign-in page showed an error, it may not accept this client.',
        Math.round(seconds / 60),
      ),
      'try-again',
      'another-way',
    ),
  grant_unsupported: (_detail, l10n) =>
    say(l10n.t('The sign-in server does not offer this way of signing in.'), 'another-way'),
  device_code_expired: (_detail, l10n) =>
    say(l10n.t('The code was not used in time. Try again to get a new one.'), 'try-again'),
  redirect_uri_mismatch: (_detail, l10n) => suspicious(l10n),
  redirect_state_unknown: (_detail, l10n) => suspicious(l10n),
  redirect_parameters_invalid: (_detail, l10n) => suspicious(l10n),
  redirect_issuer_missing: (_detail, l10n) => suspicious(l10n),
  redirect_issuer_mismatch: (_detail, l10n) => suspicious(l10n),
  authorization_denied: (_detail, l10n) =>
    say(
      l10n.t('Access was not granted. If that was a mistake, sign in again and allow it.'),
      'try-again',
    ),
  authorization_failed: (_detail, l10n) =>
    say(
      l10n.t('The sign-in server ended the sign-in with an error. Its code is in the log.'),
      'try-again',
      'log',
    ),

  token_unreachable: ({ host, reason }, l10n) =>
    say(
      l10n.t(
        'The sign-in server at {0} cannot be reached: {1} You are still signed in.',
        host,
        networkWords(reason, l10n),
      ),
      'try-again',
      'log',
    ),
  token_refused: ({ error }, l10n) =>
    error === 'invalid_client'
      ? say(
          l10n.t(
            'The sign-in server does not accept how this client identifies itself. For a client of your own, check its id and its secret.',
          ),
          'client-secret',
          'settings',
          'log',
        )
      : say(
          l10n.t('The sign-in server refused to issue a token. Its reason is in the log.'),
          'try-again',
          'log',
        ),
  token_invalid: (_detail, l10n) =>
    say(
      l10n.t(
        'The sign-in server’s token answer cannot be used. Tell its owner; the reason is in the log.',
      ),
      'log',
    ),
  refresh_lost: (_detail, l10n) =>
    say(l10n.t('The sign-in server has ended your session. Sign in again.'), 'sign-in'),

  session_missing: (_detail, l10n) =>
    say(l10n.t('You are not signed in to this MCP server.'), 'sign-in'),
  session_expired: (_detail, l10n) =>
    say(l10n.t('Your session has expired and cannot be renewed. Sign in again.'), 'sign-in'),
  session_corrupt: (_detail, l10n) =>
    say(
      l10n.t('A stored session cannot be read. It was set aside, not deleted; sign in again.'),
      'sign-in',
      'log',
    ),
  store_unavailable: (_detail, l10n) =>
    say(
      l10n.t(
        'The editor’s secret storage does not answer, so nothing can be saved. On Linux, check that a keyring is running.',
      ),
      'try-again',
      'log',
    ),
  proof_needed: (_detail, l10n) =>
    say(
      l10n.t(
        'The tokens of this server work through Signet alone. Leave the setting signet.gateway on to use it in chat.',
      ),
      'settings',
      'log',
    ),
  token_rejected: (_detail, l10n) =>
    say(
      l10n.t(
        'The MCP server does not accept a fresh token. Tell its owner; the details are in the log.',
      ),
      'log',
    ),
  step_up_refused: (_detail, l10n) =>
    say(l10n.t('The access this needs was not granted.'), 'sign-in', 'log'),
  cross_origin_redirect: (_detail, l10n) =>
    say(
      l10n.t(
        'The MCP server redirects to another site. Your token was not sent there; use the new address if you trust it.',
      ),
      'log',
    ),
  response_too_large: ({ host }, l10n) =>
    say(
      l10n.t('The answer from {0} is far too large to be sign-in metadata. Tell its owner.', host),
      'log',
    ),
  cancelled: (_detail, l10n) => say(l10n.t('Cancelled.')),
}

/** Words and next actions for one error. Exhaustive: a new code does not compile without its words. */
export function messageFor<C extends SignInErrorCode>(
  code: C,
  detail: SignInErrorDetails[C],
  l10n: Localise,
): Message {
  return WORDS[code](detail, l10n)
}

function suspicious(l10n: Localise): Message {
  return say(
    l10n.t(
      'The browser’s answer does not belong to this sign-in, so it was not used. Start again.',
    ),
    'try-again',
    'log',
  )
}
