import { when } from '../finding.ts'
import { listMember, presentMembers, redirectEntries, textMember, URL_MEMBERS } from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { ofDocument, rulesOf, type Profile } from '../profile.ts'
import { isLoopbackHost } from '../public-host.ts'
import {
  clientIdDiffers,
  hasCredentials,
  hasDotSegment,
  holdsSecret,
  isNoObject,
  largerThan,
  redirectsAreMissing,
  statusIsNot200,
  urlMatches,
  usesSharedSecret,
  writtenPath,
} from './checks.ts'

const EXECUTOR = 'AbstractClientIdMetadataDocumentExecutor.java'
const REGISTRATION = 'OIDC client registration'

const read = rulesOf('read')

/** The client's own host and its subdomains, and loopback: what an administrator has to allow at least. */
function isTrusted(url: URL, clientId: string): boolean {
  const own = parseUrl(clientId)?.hostname ?? ''
  return url.hostname === own || url.hostname.endsWith(`.${own}`) || isLoopbackHost(url.hostname)
}

export const KEYCLOAK: Profile<'keycloak'> = {
  id: 'keycloak',
  name: 'Keycloak',
  version: 'main of 2026-08, feature cimd',
  dated: '2026-11-23',
  assumes: 'The administrator trusts the client’s own domain and loopback addresses, and no other.',
  mcp: true,
  rules: [
    read(
      'url-shape',
      1,
      EXECUTOR,
      'a client_id without a path, with a query, fragment, credentials or dot segments',
      urlMatches(
        (id) =>
          !/^https:\/\/[^/?#]/.test(id) ||
          parseUrl(id) === null ||
          /[?#\\\s]/.test(id) ||
          writtenPath(id) === '' ||
          hasCredentials(id) ||
          hasDotSegment(id),
      ),
    ),
    read('status', 6, EXECUTOR, 'any status but 200', statusIsNot200),
    read('size', 8, EXECUTOR, 'more than 5000 bytes', largerThan(5000)),
    read('json', 9, EXECUTOR, 'what is not one JSON object', isNoObject),
    read('client-id', 10, EXECUTOR, 'another client_id than the one asked for', clientIdDiffers),
    read('shared-secret', 11, EXECUTOR, 'a method with a shared secret', usesSharedSecret),
    read('secret', 11, EXECUTOR, 'client_secret or client_secret_expires_at', holdsSecret),
    read(
      'trusted-addresses',
      13,
      EXECUTOR,
      'addresses on hosts that the administrator does not trust',
      ofDocument((document, clientId) =>
        presentMembers(document, URL_MEMBERS).filter((name) => {
          const url = parseUrl(String(document[name]))
          return url === null || !isTrusted(url, clientId)
        }),
      ),
    ),
    read('redirects', 14, EXECUTOR, 'a document without redirect_uris', redirectsAreMissing),
    read(
      'trusted-redirects',
      14,
      EXECUTOR,
      'redirect URIs on hosts that nobody allowed, such as those of custom schemes',
      ofDocument((document, clientId) =>
        redirectEntries(document).flatMap(({ url, place }) =>
          url === undefined || !isTrusted(url, clientId) ? [place] : [],
        ),
      ),
    ),
    read(
      'jwt-bearer',
      15,
      REGISTRATION,
      'the JWT bearer grant for a public client',
      ofDocument((document) =>
        when(
          textMember(document, 'token_endpoint_auth_method') !== 'private_key_jwt' &&
            (listMember(document, 'grant_types') ?? []).includes(
              'urn:ietf:params:oauth:grant-type:jwt-bearer',
            ),
          'grant_types',
        ),
      ),
    ),
  ],
}
