import { when } from '../finding.ts'
import { hasMember, listMember, redirectEntries, textMember } from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { ofDocument, rulesOf, type Profile } from '../profile.ts'
import { hostProblem, isLoopbackHost } from '../public-host.ts'
import {
  authMethodIsNot,
  clientIdDiffers,
  contentTypeIsNot,
  hasCredentials,
  hasDotSegment,
  isDocumentUrl,
  isNoObject,
  keysAreMissing,
  keysAreTwice,
  noneOf,
  otherThan,
  redirectsAreMissing,
  statusIsNot200,
  urlMatches,
  writtenPath,
} from './checks.ts'

const MANAGER = 'packages/oauth/oauth-provider/src/client/client-manager.ts'
const TYPES = 'packages/oauth/oauth-types'
const METHOD = 'token_endpoint_auth_method'

const read = rulesOf('read')

/** `com.example.app:` for the host `app.example.com`. */
const ownScheme = (clientId: string) =>
  `${(parseUrl(clientId)?.hostname ?? '').split('.').reverse().join('.')}:`

function isRefusedRedirect(url: URL, clientId: string, native: boolean): boolean {
  if (url.username !== '' || url.password !== '' || url.hostname === 'localhost') return true
  if (isLoopbackHost(url.hostname)) return !native || url.protocol !== 'http:'
  if (url.protocol === 'https:') return url.hostname !== parseUrl(clientId)?.hostname
  if (url.protocol === 'http:' || !native) return true
  return url.protocol !== ownScheme(clientId) || url.href.startsWith(`${url.protocol}//`)
}

export const ATPROTO: Profile<'atproto'> = {
  id: 'atproto',
  name: 'AT Protocol',
  version: '@atproto/oauth-provider 0.22',
  dated: '2026-11-23',
  assumes: 'Its own profile: DPoP, pushed requests and the scope atproto, so no MCP document fits.',
  mcp: false,
  rules: [
    read(
      'url-shape',
      1,
      TYPES,
      'a client_id at the root or with a slash at its end, on an IP address, or not in canonical form',
      urlMatches(
        (id) =>
          parseUrl(id)?.href !== id ||
          !id.startsWith('https://') ||
          writtenPath(id).endsWith('/') ||
          writtenPath(id) === '' ||
          id.includes('#') ||
          hasCredentials(id) ||
          hasDotSegment(id) ||
          /^https:\/\/(?:[\d.]+|\[[^\]]*\])(?:[:/]|$)/.test(id),
      ),
    ),
    read(
      'private-host',
      4,
      TYPES,
      'localhost and private addresses',
      urlMatches((id) =>
        ['special-use-address', 'local-name'].includes(
          hostProblem(parseUrl(id)?.hostname ?? '') ?? '',
        ),
      ),
    ),
    read('status', 6, MANAGER, 'any status but 200; it follows no redirect', statusIsNot200),
    read(
      'content-type',
      7,
      MANAGER,
      'a content type other than application/json',
      contentTypeIsNot(/^application\/json\s*(?:;|$)/i),
    ),
    read('json', 9, MANAGER, 'what is not one JSON object', isNoObject),
    read('client-id', 10, MANAGER, 'another client_id than the one asked for', clientIdDiffers),
    read(
      'auth-method',
      12,
      MANAGER,
      'a method other than none and private_key_jwt',
      authMethodIsNot('none', 'private_key_jwt'),
    ),
    read(
      'auth-method-missing',
      12,
      MANAGER,
      'a document that does not say its method',
      ofDocument((document) => when(!hasMember(document, METHOD), METHOD)),
    ),
    read('keys-missing', 12, MANAGER, 'private_key_jwt without keys', keysAreMissing),
    read('keys-twice', 12, MANAGER, 'jwks together with jwks_uri', keysAreTwice),
    read(
      'algorithm',
      12,
      MANAGER,
      'private_key_jwt without an algorithm, or an algorithm without it',
      ofDocument((document) => {
        const name = 'token_endpoint_auth_signing_alg'
        const keys = textMember(document, METHOD) === 'private_key_jwt'
        return when(keys !== hasMember(document, name), name)
      }),
    ),
    read(
      'scope',
      13,
      MANAGER,
      'a document whose scope does not hold atproto',
      ofDocument((document) =>
        when(!(textMember(document, 'scope') ?? '').split(' ').includes('atproto'), 'scope'),
      ),
    ),
    read(
      'dpop',
      13,
      MANAGER,
      'a document that does not bind its tokens with DPoP',
      ofDocument((document) =>
        when(document.dpop_bound_access_tokens !== true, 'dpop_bound_access_tokens'),
      ),
    ),
    read(
      'client-uri',
      13,
      MANAGER,
      'a client_uri that is not a parent of client_id',
      isDocumentUrl(['client_uri'], (url, clientId) => {
        const own = parseUrl(clientId)
        if (url === null || own === null) return true
        if (url.origin !== own.origin) return true
        const parent = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
        return own.pathname !== url.pathname && !own.pathname.startsWith(parent)
      }),
    ),
    read('redirects', 14, MANAGER, 'a document without redirect_uris', redirectsAreMissing),
    read(
      'redirect-shape',
      14,
      MANAGER,
      'redirect URIs on localhost or another host, and schemes that are not its own host reversed',
      ofDocument((document, clientId) => {
        const native = textMember(document, 'application_type') === 'native'
        return redirectEntries(document).flatMap(({ url, place }) =>
          url === undefined || isRefusedRedirect(url, clientId, native) ? [place] : [],
        )
      }),
    ),
    read(
      'grants',
      15,
      MANAGER,
      'grants other than authorization_code and refresh_token',
      otherThan('grant_types', ['authorization_code', 'refresh_token']),
    ),
    read(
      'responses',
      15,
      MANAGER,
      'response types other than code',
      ofDocument((document) =>
        when(
          (listMember(document, 'response_types') ?? []).some((type) => type !== 'code'),
          'response_types',
        ),
      ),
    ),
    read(
      'no-code',
      15,
      MANAGER,
      'a document without the code grant',
      noneOf('grant_types', ['authorization_code']),
    ),
  ],
}
