import { when } from '../finding.ts'
import {
  hasMember,
  isObject,
  listMember,
  redirectEntries,
  textMember,
  URL_MEMBERS,
  type UntypedDocument,
} from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { ofDocument, rulesOf, type Profile } from '../profile.ts'
import { hostProblem, isLoopbackHost } from '../public-host.ts'
import { PRIVATE_MEMBERS } from '../rules/key-rules.ts'
import {
  clientIdDiffers,
  hasCredentials,
  hasDotSegment,
  hasPrivateMember,
  holdsSecret,
  isDocumentUrl,
  isNoObject,
  keysAreTwice,
  largerThan,
  nameIsMissing,
  otherThan,
  redirectsAreMissing,
  urlMatches,
  usesSharedSecret,
  wrongTypes,
  writtenPath,
} from './checks.ts'

const SOURCE = 'src/oauth-client-metadata.ts'
const CAPABILITIES = 'src/oauth-capabilities.ts'
const GRANTS = ['authorization_code', 'refresh_token']
const DANGEROUS = ['javascript:', 'data:', 'vbscript:', 'file:', 'mailto:', 'blob:']
const METHOD = 'token_endpoint_auth_method'
const METHODS = 'token_endpoint_auth_methods_supported'

const tried = rulesOf('tried')
/** What it leaves out does not show in whether it accepts; this is from its source. */
const read = rulesOf('read')

export const CLOUDFLARE: Profile<'cloudflare'> = {
  id: 'cloudflare',
  name: 'Cloudflare workers-oauth-provider',
  version: '1.2.3',
  dated: '2026-11-23',
  assumes: 'Default options: no custom schemes, no token exchange.',
  mcp: true,
  rules: [
    tried(
      'url-shape',
      1,
      SOURCE,
      'a client_id without a path, with spaces, a backslash, fragment, credentials, dot segments or broken encoding',
      urlMatches(
        (id) =>
          !/^https:\/\/[^/?#]/i.test(id) ||
          /[\u0000-\u0020\u007f-\u009f\\]/.test(id) ||
          parseUrl(id) === null ||
          (parseUrl(id)?.hash ?? '') !== '' ||
          writtenPath(id) === '' ||
          hasCredentials(id) ||
          hasDotSegment(id) ||
          !isDecodable(writtenPath(id)),
      ),
    ),
    {
      id: 'private-host',
      step: 4,
      basis: 'read',
      source: 'global_fetch_strictly_public, a flag of the Workers runtime',
      words: 'a host on a private address',
      effect: 'reject',
      check: urlMatches((id) =>
        ['special-use-address', 'local-name'].includes(
          hostProblem(parseUrl(id)?.hostname ?? '') ?? '',
        ),
      ),
    },
    tried('status', 6, SOURCE, 'an error status; it follows redirects', ({ response }) =>
      when((response?.status ?? 200) >= 400, 'status'),
    ),
    tried('size', 8, SOURCE, 'more than 5120 bytes', largerThan(5120)),
    tried('utf8', 9, SOURCE, 'what is not UTF-8', ({ text }) => when(text?.utf8 === false, 'body')),
    tried('json', 9, SOURCE, 'what is not one JSON object', isNoObject),
    tried(
      'types',
      9,
      SOURCE,
      'texts and lists of the wrong type',
      wrongTypes(
        ['client_id', 'client_name', METHOD, 'token_endpoint_auth_signing_alg'],
        ['redirect_uris', 'contacts', 'grant_types', 'response_types', METHODS],
        (value) => typeof value === 'string',
      ),
    ),
    tried(
      'uris',
      9,
      SOURCE,
      'addresses that are not http(s)',
      isDocumentUrl(
        URL_MEMBERS,
        (url, _clientId, value) =>
          typeof value !== 'string' || !['http:', 'https:'].includes(url?.protocol ?? ''),
      ),
    ),
    tried('client-id', 10, SOURCE, 'another client_id than the one asked for', clientIdDiffers),
    tried('secret', 11, SOURCE, 'client_secret or client_secret_expires_at', holdsSecret),
    tried(
      'private-key',
      11,
      SOURCE,
      'private or symmetric keys in jwks',
      hasPrivateMember(PRIVATE_MEMBERS.filter((name) => name !== 'priv')),
    ),
    tried(
      'keys-invalid',
      11,
      SOURCE,
      'a jwks that is no key set',
      ofDocument(({ jwks }) =>
        when(jwks !== undefined && !(isObject(jwks) && Array.isArray(jwks.keys)), 'jwks'),
      ),
    ),
    tried('shared-secret', 12, CAPABILITIES, 'a method with a shared secret', usesSharedSecret),
    tried(
      'choices',
      12,
      CAPABILITIES,
      'a method that is not among the choices beside it',
      ofDocument((document) => {
        const own = textMember(document, METHOD)
        const choices = listMember(document, METHODS)
        return when(own !== undefined && choices !== undefined && !choices.includes(own), METHOD)
      }),
    ),
    tried(
      'auth-method',
      12,
      CAPABILITIES,
      'no method that it accepts: none, or private_key_jwt with usable keys',
      ofDocument((document) => {
        const offered = listMember(document, METHODS) ?? [textMember(document, METHOD) ?? 'none']
        const keys =
          hasMember(document, 'jwks') !== hasMember(document, 'jwks_uri') &&
          ['ES256', 'RS256', undefined].includes(
            textMember(document, 'token_endpoint_auth_signing_alg'),
          )
        return when(
          !offered.includes('none') && !(offered.includes('private_key_jwt') && keys),
          METHOD,
        )
      }),
    ),
    tried(
      'jwks-uri',
      12,
      SOURCE,
      'for private_key_jwt: a jwks_uri that is not https, or keys in both places',
      (subject) => {
        const document = subject.text?.document
        if (textMember(document ?? {}, METHOD) !== 'private_key_jwt') return []
        const insecure = isDocumentUrl(['jwks_uri'], (url) => url?.protocol !== 'https:')
        return [...insecure(subject), ...keysAreTwice(subject)]
      },
    ),
    tried('name', 13, SOURCE, 'a missing or blank client_name', nameIsMissing),
    tried('redirects', 14, SOURCE, 'a document without redirect_uris', redirectsAreMissing),
    tried(
      'redirect-shape',
      14,
      SOURCE,
      'redirect URIs without a scheme or with one that runs or reads something',
      ofDocument((document) =>
        redirectEntries(document).flatMap(({ uri, place }) => {
          const scheme = /^\s*([^:]*:)/.exec(uri)?.[1]?.toLowerCase()
          return scheme === undefined || DANGEROUS.includes(scheme) ? [place] : []
        }),
      ),
    ),
    tried(
      'code-and-grant',
      15,
      CAPABILITIES,
      'the code response without the code grant, or the reverse',
      ofDocument((document) => {
        const grants = listMember(document, 'grant_types') ?? ['authorization_code']
        const responses = listMember(document, 'response_types') ?? ['code']
        return when(
          grants.includes('authorization_code') !== responses.includes('code'),
          'grant_types',
        )
      }),
    ),
    read(
      'grants-filtered',
      15,
      CAPABILITIES,
      'grants it does not offer',
      otherThan('grant_types', GRANTS),
      'lose',
    ),
    read(
      'responses-filtered',
      15,
      CAPABILITIES,
      'response types other than code',
      otherThan('response_types', ['code']),
      'lose',
    ),
    tried(
      'no-usable-redirect',
      16,
      SOURCE,
      'documents without one redirect URI it would send a code to',
      ofDocument((document) => {
        const unusable = unusableRedirects(document)
        return unusable.length === redirectEntries(document).length ? unusable : []
      }),
    ),
    read(
      'redirects-unusable',
      16,
      SOURCE,
      'redirect URIs it sends no code to: custom schemes, http beyond loopback, fragments, credentials',
      ofDocument(unusableRedirects),
      'lose',
    ),
  ],
}

/** Codes go over https or to loopback; the rest may be listed, and is of no use here. */
function unusableRedirects(document: UntypedDocument): readonly string[] {
  return redirectEntries(document).flatMap(({ url, uri, place }) => {
    const http = url?.protocol === 'http:' && isLoopbackHost(url.hostname)
    const secure = url?.protocol === 'https:' || http
    const plain = url?.username === '' && url.password === '' && !uri.includes('#')
    return secure && plain ? [] : [place]
  })
}

function isDecodable(path: string): boolean {
  try {
    path.split('/').forEach(decodeURIComponent)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}
