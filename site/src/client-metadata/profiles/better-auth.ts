import { when } from '../finding.ts'
import {
  hasMember,
  isObject,
  listMember,
  presentMembers,
  redirectEntries,
  textMember,
} from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { ofDocument, rulesOf, type Profile } from '../profile.ts'
import { hostProblem } from '../public-host.ts'
import { PRIVILEGED_MEMBERS } from '../rules/member-rules.ts'
import { isPrivateUse, isRefusedRedirect, isUnfitKey, LISTS, TEXTS } from './better-auth-shapes.ts'
import {
  authMethodIsNot,
  clientIdDiffers,
  contentTypeIsNot,
  hasCredentials,
  hasDotSegment,
  holdsSecret,
  inlineKey,
  isDocumentUrl,
  isNoObject,
  keysAreMissing,
  keysAreTwice,
  largerThan,
  nameIsMissing,
  noneOf,
  otherThan,
  redirectIs,
  redirectsAreMissing,
  statusIsNot200,
  urlMatches,
  wrongTypes,
  writtenPath,
} from './checks.ts'

const CIMD = '@better-auth/cimd validate-metadata-document'
const FETCH = '@better-auth/cimd client-store'
const REGISTER = '@better-auth/oauth-provider register'
const TYPES = '@better-auth/oauth-provider schema'
const GRANTS = ['authorization_code', 'client_credentials', 'refresh_token']
const isPrivate = (hostname: string) =>
  ['special-use-address', 'local-name'].includes(hostProblem(hostname) ?? '')

const tried = rulesOf('tried')
/** What it leaves out does not show in whether it accepts; this is from its source. */
const read = rulesOf('read')

export const BETTER_AUTH: Profile<'better-auth'> = {
  id: 'better-auth',
  name: 'Better Auth',
  version: '1.7.5 with cimd 1.7.0-rc.4',
  dated: '2026-11-23',
  assumes: 'The MCP metadata profile, default grants, and no scope of its own.',
  mcp: true,
  rules: [
    tried(
      'url-shape',
      1,
      CIMD,
      'a client_id without a path, with a backslash, fragment, credentials or dot segments',
      urlMatches(
        (id) =>
          !/^https:\/\/[^/?#]/i.test(id) ||
          /[\\#]/.test(id) ||
          parseUrl(id) === null ||
          writtenPath(id) === '' ||
          hasCredentials(id) ||
          hasDotSegment(id),
      ),
    ),
    tried(
      'private-host',
      4,
      CIMD,
      'a host that is private by its name or address',
      ({ clientId }) => {
        const host = parseUrl(clientId)?.hostname
        return when(host !== undefined && isPrivate(host), 'client_id')
      },
    ),
    tried('status', 6, FETCH, 'any status but 200; it follows no redirect', statusIsNot200),
    tried(
      'content-type',
      7,
      FETCH,
      'a content type other than application/json and +json',
      contentTypeIsNot(/^application\/(?:[-\w.]+\+)?json\s*(?:;|$)/i),
    ),
    tried('size', 8, FETCH, 'more than 5120 bytes', largerThan(5120)),
    tried('json', 9, FETCH, 'what is not one JSON object', isNoObject),
    tried(
      'types',
      9,
      TYPES,
      'texts and lists of the wrong type',
      wrongTypes(TEXTS, LISTS, (value) => typeof value === 'string'),
    ),
    tried(
      'empty-lists',
      9,
      TYPES,
      'empty lists',
      ofDocument((document) =>
        ['contacts', 'grant_types', 'redirect_uris'].filter(
          (name) => listMember(document, name)?.length === 0,
        ),
      ),
    ),
    tried('client-id', 10, CIMD, 'another client_id than the one asked for', clientIdDiffers),
    tried('secret', 11, CIMD, 'client_secret or client_secret_expires_at', holdsSecret),
    tried(
      'privileged',
      11,
      CIMD,
      'members that only the server may set',
      ofDocument((document) => presentMembers(document, PRIVILEGED_MEMBERS)),
    ),
    tried(
      'backchannel',
      11,
      CIMD,
      'a back-channel logout address',
      ofDocument((document) =>
        presentMembers(document, ['backchannel_logout_uri', 'backchannel_logout_session_required']),
      ),
    ),
    tried(
      'auth-method',
      12,
      CIMD,
      'a method other than none and private_key_jwt',
      authMethodIsNot('none', 'private_key_jwt'),
    ),
    tried('keys-missing', 12, CIMD, 'private_key_jwt without keys', keysAreMissing),
    tried('keys-twice', 12, REGISTER, 'jwks together with jwks_uri', keysAreTwice),
    tried(
      'keys-invalid',
      12,
      CIMD,
      'a jwks that is no key set, or an empty one',
      ofDocument(({ jwks }) => {
        const keys = isObject(jwks) ? jwks.keys : undefined
        return when(jwks !== undefined && (!Array.isArray(keys) || keys.length === 0), 'jwks')
      }),
    ),
    tried(
      'key-unfit',
      12,
      CIMD,
      'private, symmetric or incomplete keys in jwks',
      inlineKey(isUnfitKey),
    ),
    tried('name', 13, CIMD, 'a missing or blank client_name', nameIsMissing),
    tried(
      'uris',
      13,
      CIMD,
      'addresses that are not http(s), hold credentials or lead to private hosts',
      isDocumentUrl(
        ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'],
        (url) =>
          url === null ||
          !['http:', 'https:'].includes(url.protocol) ||
          url.username !== '' ||
          url.password !== '' ||
          isPrivate(url.hostname),
      ),
    ),
    tried(
      'client-uri-origin',
      13,
      CIMD,
      'a client_uri of another origin',
      isDocumentUrl(
        ['client_uri'],
        (url, clientId) => url !== null && url.origin !== parseUrl(clientId)?.origin,
      ),
    ),
    tried(
      'jwks-uri',
      13,
      REGISTER,
      'a jwks_uri that is not https or of another origin',
      isDocumentUrl(
        ['jwks_uri'],
        (url, clientId, value) =>
          url?.protocol !== 'https:' ||
          String(value).includes('#') ||
          url.username !== '' ||
          url.origin !== parseUrl(clientId)?.origin,
      ),
    ),
    tried(
      'application-type',
      13,
      TYPES,
      'an application_type other than native and web',
      ofDocument((document) =>
        when(
          !['native', 'web', undefined].includes(document.application_type as string | undefined),
          'application_type',
        ),
      ),
    ),
    tried(
      'scope',
      13,
      REGISTER,
      'a scope it does not know',
      ofDocument((document) =>
        when(
          (textMember(document, 'scope') ?? '')
            .split(' ')
            .some((scope) => !['', 'openid', 'profile', 'email', 'offline_access'].includes(scope)),
          'scope',
        ),
      ),
    ),
    tried('redirects', 14, CIMD, 'a document without redirect_uris', redirectsAreMissing),
    tried(
      'redirect-scheme',
      14,
      CIMD,
      'redirect URIs with a scheme that is no reversed domain, such as vscode:',
      redirectIs((url) => !['http:', 'https:'].includes(url.protocol) && !isPrivateUse(url)),
    ),
    tried(
      'redirect-shape',
      14,
      REGISTER,
      'redirect URIs with a fragment or credentials, http beyond loopback, https on loopback',
      ofDocument((document) => {
        const type = textMember(document, 'application_type') ?? 'native'
        return redirectEntries(document).flatMap(({ url, uri, place }) =>
          url === undefined || isRefusedRedirect(url, uri, type) ? [place] : [],
        )
      }),
    ),
    tried(
      'grants',
      15,
      REGISTER,
      'grant_types of which it offers none',
      noneOf('grant_types', GRANTS),
    ),
    tried(
      'responses',
      15,
      TYPES,
      'response types other than code',
      otherThan('response_types', ['code']),
    ),
    tried(
      'code-and-grant',
      15,
      REGISTER,
      'the code response without the code grant, or the reverse',
      ofDocument((document) => {
        const grants = listMember(document, 'grant_types') ?? GRANTS.slice(0, 1)
        const code = grants.includes('authorization_code')
        if (!hasMember(document, 'response_types')) return []
        return when(
          listMember(document, 'response_types')?.includes('code') !== code,
          'grant_types',
        )
      }),
    ),
    read(
      'grants-unusable',
      15,
      REGISTER,
      'grants it does not offer',
      otherThan('grant_types', GRANTS),
      'lose',
    ),
    read(
      'scope-replaced',
      15,
      REGISTER,
      'the scope: it uses its own',
      ofDocument((document) => presentMembers(document, ['scope'])),
      'lose',
    ),
  ],
}
