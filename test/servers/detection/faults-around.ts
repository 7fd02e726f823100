import { CALLBACK_PATH, JWKS_PATH } from '../../../site/src/client-metadata/clients.ts'
import type { Fault } from './cases.ts'
import { SHELL, at, header, without, body, status, text, keys, fault } from './changes.ts'
import { KEYS } from './identity.ts'

/** What is wrong with what the document leads to. */
export const AROUND: readonly Fault[] = [
  // Keys.
  fault(
    'keys-404',
    'The key set was left out of the upload',
    'response-status',
    at(JWKS_PATH, status(404, 'Not found', 'text/plain')),
    'actions/upload-pages-artifact#129',
  ),
  fault(
    'keys-shell',
    'The site’s HTML shell instead of the key set',
    'key-set-unreadable',
    at(JWKS_PATH, body(SHELL)),
    'seethroughlab/familiar#125',
  ),
  fault('key-withdrawn', 'A key was withdrawn too early', 'key-withdrawn', keys(KEYS[0])),
  fault(
    'key-wrong',
    'Another key under a known kid',
    'key-replaced',
    keys(KEYS[0], { ...KEYS[1], x: KEYS[0].y }),
  ),
  fault(
    'key-foreign',
    'A key that nobody registered',
    'key-unknown',
    keys(...KEYS, { ...KEYS[0], kid: 'third' }),
  ),
  fault(
    'key-private',
    'A private key is published',
    'key-private',
    keys({ ...KEYS[0], d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI' }, KEYS[1]),
  ),
  // Around it.
  fault(
    'callback-changed',
    'The bounce page was changed',
    'drift-fixed-bytes',
    at(
      CALLBACK_PATH,
      text((all) => `${all}<script src="//collector.acme-software.dev/a.js"></script>`),
    ),
  ),
  fault(
    'callback-no-csp',
    'The bounce page lost its content security policy',
    'callback-csp',
    at(CALLBACK_PATH, without('content-security-policy')),
  ),
  fault(
    'callback-stored',
    'The bounce page may be stored',
    'callback-stored',
    at(CALLBACK_PATH, header({ 'cache-control': 'public, max-age=600' })),
  ),
  fault(
    'callback-404',
    'The bounce page is gone',
    'response-status',
    at(CALLBACK_PATH, status(404, 'Not found', 'text/plain')),
  ),
  fault(
    'logo-404',
    'The logo is gone',
    'response-status',
    at('/logo.png', status(404, 'Not found', 'text/plain')),
    'microsoft/vscode#298300',
  ),
  fault(
    'policy-404',
    'The privacy page is gone',
    'response-status',
    at('/privacy', status(404, 'Not found', 'text/plain')),
  ),
]
