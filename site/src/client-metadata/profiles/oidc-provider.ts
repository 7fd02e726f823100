import { when } from '../finding.ts'
import { hasMember, listMember, presentMembers, textMember } from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { ofDocument, rulesOf, type Profile } from '../profile.ts'
import { hostProblem, isLoopbackHost } from '../public-host.ts'
import {
  authMethodIsNot,
  clientIdDiffers,
  hasCredentials,
  hasDotSegment,
  holdsSecret,
  inlineKey,
  isDocumentUrl,
  isNoObject,
  keysAreMissing,
  keysAreTwice,
  largerThan,
  noneOf,
  otherThan,
  redirectIs,
  redirectsAreMissing,
  statusIsNot200,
  urlMatches,
  usesSharedSecret,
  wrongTypes,
} from './checks.ts'

const DOCUMENT = 'lib/helpers/client_id_metadata_document.js'
const SCHEMA = 'lib/helpers/client_schema.js'
const GRANTS = ['authorization_code', 'refresh_token']
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA']
const FORBIDDEN_SCHEMES = ['javascript:', 'vbscript:', 'data:', 'blob:', 'file:', 'about:']
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
const ALGORITHM = 'token_endpoint_auth_signing_alg'
const TEXTS = [
  'application_type',
  'client_name',
  'client_uri',
  'jwks_uri',
  'logo_uri',
  'policy_uri',
  'scope',
  'tos_uri',
]
const LISTS = ['contacts', 'grant_types', 'redirect_uris', 'response_types']

const isText = (value: unknown) => typeof value === 'string' && value !== ''

const tried = rulesOf('tried')
/** What it leaves out does not show in whether it accepts; this is from its source. */
const read = rulesOf('read')

/** Redirect URIs that are refused for one kind of application and not for the other. */
const redirectFor = (type: 'native' | 'web', test: (url: URL) => boolean) =>
  ofDocument((document) =>
    (textMember(document, 'application_type') ?? 'web') === type
      ? (listMember(document, 'redirect_uris') ?? []).filter((uri) => {
          const url = parseUrl(uri)
          return url !== null && test(url)
        })
      : [],
  )

export const OIDC_PROVIDER: Profile<'oidc-provider'> = {
  id: 'oidc-provider',
  name: 'oidc-provider',
  version: '9.13.3',
  dated: '2026-11-23',
  assumes: 'The code flow with refresh tokens, and no scope of its own beyond OpenID Connect’s.',
  mcp: true,
  rules: [
    tried(
      'url-shape',
      1,
      DOCUMENT,
      'a client_id with a space, backslash, fragment, credentials or dot segments',
      urlMatches(
        (id) =>
          !/^https:\/\/[^/?#]/i.test(id) ||
          /[^\u0021-\u007e]|[\\#]/.test(id) ||
          /^https:\/\/[^/?#]*@/i.test(id) ||
          parseUrl(id) === null ||
          hasCredentials(id) ||
          hasDotSegment(id),
      ),
    ),
    tried(
      'private-host',
      4,
      'lib/helpers/fetch_request.js',
      'a host on a special-use address',
      ({ clientId }) => {
        const host = parseUrl(clientId)?.hostname
        const problem = host === undefined ? undefined : hostProblem(host)
        return when(problem === 'special-use-address' || host === 'localhost', 'client_id')
      },
    ),
    tried('status', 6, DOCUMENT, 'any status but 200; it follows no redirect', statusIsNot200),
    tried('size', 8, 'lib/helpers/defaults.js', 'more than 5120 bytes', largerThan(5120)),
    tried('json', 9, DOCUMENT, 'what is not one JSON object', isNoObject),
    tried('bom', 9, DOCUMENT, 'a byte order mark', ({ text }) => when(text?.bom === true, 'body')),
    tried('client-id', 10, DOCUMENT, 'another client_id than the one asked for', clientIdDiffers),
    tried('shared-secret', 11, DOCUMENT, 'a method with a shared secret', usesSharedSecret),
    tried('secret', 11, DOCUMENT, 'client_secret or client_secret_expires_at', holdsSecret),
    tried(
      'auth-method',
      12,
      SCHEMA,
      'a method other than none and private_key_jwt',
      authMethodIsNot('none', 'private_key_jwt'),
    ),
    tried(
      'auth-method-missing',
      12,
      SCHEMA,
      'a document without token_endpoint_auth_method: it then expects a secret',
      ofDocument((document) =>
        when(document.token_endpoint_auth_method === undefined, 'token_endpoint_auth_method'),
      ),
    ),
    tried('keys-missing', 12, SCHEMA, 'private_key_jwt without keys', keysAreMissing),
    tried('keys-twice', 12, SCHEMA, 'jwks together with jwks_uri', keysAreTwice),
    tried(
      'keys-invalid',
      12,
      'lib/models/client.js',
      'a jwks that is no key set',
      ofDocument((document) =>
        when(
          presentMembers(document, ['jwks']).length > 0 &&
            !Array.isArray((document.jwks as { keys?: unknown } | null)?.keys),
          'jwks',
        ),
      ),
    ),
    tried(
      'private-key',
      12,
      'lib/models/client.js',
      'private or symmetric keys in jwks',
      inlineKey((key) => key.kty === 'oct' || Object.hasOwn(key, 'd')),
    ),
    tried(
      'algorithm',
      12,
      SCHEMA,
      'a signature algorithm it does not know, or one beside the method none',
      ofDocument((document) => {
        if (!hasMember(document, ALGORITHM)) return []
        const keys = document.token_endpoint_auth_method === 'private_key_jwt'
        return when(!keys || !ALGORITHMS.includes(textMember(document, ALGORITHM) ?? ''), ALGORITHM)
      }),
    ),
    tried(
      'types',
      13,
      SCHEMA,
      'texts and lists of the wrong type',
      wrongTypes(TEXTS, LISTS, isText),
    ),
    tried(
      'https-only',
      13,
      DOCUMENT,
      'addresses that are not https',
      isDocumentUrl(
        ['client_uri', 'jwks_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'initiate_login_uri'],
        (url) => url?.protocol !== 'https:',
      ),
    ),
    tried(
      'application-type',
      13,
      SCHEMA,
      'an application_type other than native and web',
      ofDocument((document) =>
        when(
          !['native', 'web', undefined].includes(document.application_type as string | undefined),
          'application_type',
        ),
      ),
    ),
    tried(
      'contacts',
      13,
      SCHEMA,
      'contacts that are not e-mail addresses',
      ofDocument((document) =>
        when(
          (listMember(document, 'contacts') ?? []).some(
            (entry) => !/^[^\s@"(),:;<>[\]]+@[\w-]+(?:\.[\w-]+)*$/.test(entry),
          ),
          'contacts',
        ),
      ),
    ),
    tried(
      'scope',
      13,
      SCHEMA,
      'a scope it does not know',
      ofDocument((document) =>
        when(
          (textMember(document, 'scope') ?? '')
            .split(' ')
            .some((scope) => !['', 'openid', 'offline_access'].includes(scope)),
          'scope',
        ),
      ),
    ),
    tried('redirects', 14, SCHEMA, 'a document without redirect_uris', redirectsAreMissing),
    tried(
      'redirect-shape',
      14,
      SCHEMA,
      'redirect URIs that are not absolute or have a fragment',
      redirectIs((_url, uri) => uri.includes('#')),
    ),
    tried(
      'redirect-web',
      14,
      SCHEMA,
      'custom schemes unless application_type is native',
      redirectFor('web', ({ protocol }) => !['http:', 'https:'].includes(protocol)),
    ),
    tried(
      'redirect-native',
      14,
      SCHEMA,
      'for native: http beyond loopback, https on loopback, schemes that run or read something',
      redirectFor('native', ({ protocol, hostname }) => {
        if (protocol === 'http:') return !LOOPBACK.includes(hostname)
        if (protocol === 'https:') return LOOPBACK.includes(hostname)
        return FORBIDDEN_SCHEMES.includes(protocol)
      }),
    ),
    tried(
      'grants',
      15,
      SCHEMA,
      'grant_types of which it offers none',
      noneOf('grant_types', GRANTS),
    ),
    tried(
      'responses',
      15,
      SCHEMA,
      'response_types of which it offers none',
      noneOf('response_types', ['code']),
    ),
    read(
      'grants-filtered',
      15,
      SCHEMA,
      'grants it does not offer',
      otherThan('grant_types', GRANTS),
      'lose',
    ),
    read(
      'responses-filtered',
      15,
      SCHEMA,
      'response types it does not offer',
      otherThan('response_types', ['code']),
      'lose',
    ),
    read(
      'any-port',
      16,
      'lib/models/client.js',
      'that a loopback port may vary, unless application_type is native',
      ofDocument((document) =>
        when(
          textMember(document, 'application_type') !== 'native' &&
            (listMember(document, 'redirect_uris') ?? []).some((uri) => {
              const url = parseUrl(uri)
              return url?.protocol === 'http:' && isLoopbackHost(url.hostname)
            }),
          'redirect_uris',
        ),
      ),
      'lose',
    ),
  ],
}
