import { when } from '../finding.ts'
import { PORTABLE_CLIENT_ID_BYTES } from '../limits.ts'
import { hasMember } from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { ofDocument, rulesOf, type Profile } from '../profile.ts'
import { isLoopbackHost } from '../public-host.ts'
import {
  authMethodIsNot,
  clientIdDiffers,
  hasCredentials,
  hasDotSegment,
  holdsSecret,
  isNoObject,
  keysAreMissing,
  largerThan,
  nameIsMissing,
  otherThan,
  redirectsAreMissing,
  statusIsNot200,
  urlMatches,
  usesSharedSecret,
  writtenPath,
} from './checks.ts'

const RULES_PAGE = 'auth0.com/docs: CIMD validation rules'

const read = rulesOf('read')

export const AUTH0: Profile<'auth0'> = {
  id: 'auth0',
  name: 'Auth0',
  version: 'documentation of 2026-11',
  dated: '2026-11-23',
  assumes: 'CIMD is switched on for the tenant, or an administrator imports the URL.',
  mcp: true,
  rules: [
    read(
      'url-shape',
      1,
      RULES_PAGE,
      'a client_id at the root, with a query, fragment, credentials, port 0, dot segments or broken encoding',
      urlMatches(
        (id) =>
          !/^https:\/\/[^/?#]/.test(id) ||
          parseUrl(id) === null ||
          /[?#\\\s]/.test(id) ||
          ['', '/'].includes(writtenPath(id)) ||
          /%(?![\da-f]{2})/i.test(id) ||
          /^https:\/\/[^/]*:0+(?:\/|$)/.test(id) ||
          hasCredentials(id) ||
          hasDotSegment(id),
      ),
    ),
    read(
      'url-length',
      1,
      RULES_PAGE,
      `a client_id of more than ${PORTABLE_CLIENT_ID_BYTES} bytes`,
      urlMatches((id) => new TextEncoder().encode(id).length > PORTABLE_CLIENT_ID_BYTES),
    ),
    read(
      'localhost',
      4,
      RULES_PAGE,
      'localhost, 127.0.0.1 and ::1 as the host',
      urlMatches((id) => isLoopbackHost(parseUrl(id)?.hostname ?? '')),
    ),
    read('status', 6, RULES_PAGE, 'any status but 200; it follows no redirect', statusIsNot200),
    read('size', 8, RULES_PAGE, 'more than 5 KB', largerThan(5120)),
    read('json', 9, RULES_PAGE, 'what is not one JSON object', isNoObject),
    read('client-id', 10, RULES_PAGE, 'another client_id than the one asked for', clientIdDiffers),
    read('secret', 11, RULES_PAGE, 'client_secret or client_secret_expires_at', holdsSecret),
    read('shared-secret', 11, RULES_PAGE, 'a method with a shared secret', usesSharedSecret),
    read(
      'auth-method',
      12,
      RULES_PAGE,
      'a method other than none and private_key_jwt',
      authMethodIsNot('none', 'private_key_jwt'),
    ),
    read(
      'keys-inline',
      12,
      RULES_PAGE,
      'keys that stand in the document',
      ofDocument((document) => when(hasMember(document, 'jwks'), 'jwks')),
    ),
    read('keys-missing', 12, RULES_PAGE, 'private_key_jwt without keys', keysAreMissing),
    read('name', 13, RULES_PAGE, 'a missing or blank client_name', nameIsMissing),
    read('redirects', 14, RULES_PAGE, 'a document without redirect_uris', redirectsAreMissing),
    read(
      'grants-ignored',
      15,
      RULES_PAGE,
      'grants it does not offer to such a client, with a warning',
      otherThan('grant_types', ['authorization_code', 'refresh_token', 'client_credentials']),
      'lose',
    ),
  ],
}
