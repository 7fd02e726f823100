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
import { ofDocument, type ProfileRule } from '../profile.ts'
import { SHARED_SECRET_METHODS } from '../rules/authentication-rules.ts'

/** Checks that several servers share. What differs between two servers is not here but in their profiles. */
type Check = ProfileRule['check']

export const urlMatches =
  (test: (clientId: string) => boolean): Check =>
  ({ clientId }) =>
    when(test(clientId), 'client_id')

/** The path as written, without query and fragment; empty when there is none. */
export function writtenPath(clientId: string): string {
  return /^https:\/\/[^/?#]*(\/[^?#]*)/i.exec(clientId)?.[1] ?? ''
}

export const hasDotSegment = (clientId: string) =>
  writtenPath(clientId)
    .split('/')
    .some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))

export const hasCredentials = (clientId: string) => {
  const url = parseUrl(clientId)
  return url !== null && (url.username !== '' || url.password !== '')
}

export const statusIsNot200: Check = ({ response }) =>
  when(response !== undefined && response.status !== 200, 'status')

export const contentTypeIsNot =
  (pattern: RegExp): Check =>
  ({ response }) =>
    when(
      response !== undefined && !pattern.test(response.headers['content-type'] ?? ''),
      'content-type',
    )

export const largerThan =
  (bytes: number): Check =>
  ({ bodyBytes }) =>
    when(bodyBytes > bytes, 'body')

/** Not one JSON object, read like the most lenient. */
export const isNoObject: Check = ({ text }) =>
  when(text !== undefined && text.document === undefined, 'body')

export const clientIdDiffers = ofDocument((document, clientId) =>
  when(document.client_id !== clientId, 'client_id'),
)

export const holdsSecret = ofDocument((document) =>
  presentMembers(document, ['client_secret', 'client_secret_expires_at']),
)

export const usesSharedSecret = ofDocument((document) =>
  when(
    SHARED_SECRET_METHODS.includes(textMember(document, 'token_endpoint_auth_method') ?? ''),
    'token_endpoint_auth_method',
  ),
)

export const authMethodIsNot = (...known: readonly string[]) =>
  ofDocument((document) => {
    const name = 'token_endpoint_auth_method'
    return when(
      hasMember(document, name) && !known.includes(textMember(document, name) ?? ''),
      name,
    )
  })

export const nameIsMissing = ofDocument((document) =>
  when((textMember(document, 'client_name') ?? '').trim() === '', 'client_name'),
)

export const keysAreMissing = ofDocument((document) =>
  when(
    textMember(document, 'token_endpoint_auth_method') === 'private_key_jwt' &&
      presentMembers(document, ['jwks', 'jwks_uri']).length === 0,
    'jwks_uri',
  ),
)

export const keysAreTwice = ofDocument((document) =>
  when(presentMembers(document, ['jwks', 'jwks_uri']).length === 2, 'jwks'),
)

/** Keys that stand in the document, of which one has a member that the test does not want. */
export const inlineKey = (test: (key: Readonly<Record<string, unknown>>) => boolean) =>
  ofDocument(({ jwks }) => {
    if (!isObject(jwks) || !Array.isArray(jwks.keys)) return []
    return when(
      jwks.keys.some((key: unknown) => !isObject(key) || test(key)),
      'jwks',
    )
  })

export const hasPrivateMember = (names: readonly string[]) =>
  inlineKey((key) => names.some((name) => Object.hasOwn(key, name)))

export const redirectsAreMissing = ofDocument((document) =>
  when(
    !Array.isArray(document.redirect_uris) || document.redirect_uris.length === 0,
    'redirect_uris',
  ),
)

/** Redirect URIs for which the test is true; what is no URI counts as one. */
export const redirectIs = (test: (url: URL, uri: string, clientId: string) => boolean) =>
  ofDocument((document, clientId) =>
    redirectEntries(document).flatMap(({ url, uri, place }) =>
      url === undefined || test(url, uri, clientId) ? [place] : [],
    ),
  )

export const isDocumentUrl = (
  names: readonly string[],
  test: (url: URL | null, clientId: string, value: unknown) => boolean,
) =>
  ofDocument((document, clientId) =>
    presentMembers(document, names).filter((name) =>
      test(parseUrl(String(document[name])), clientId, document[name]),
    ),
  )

/** Grants or response types that the server leaves out. */
export const otherThan = (name: 'grant_types' | 'response_types', known: readonly string[]) =>
  ofDocument((document) =>
    when(listMember(document, name)?.some((value) => !known.includes(value)) === true, name),
  )

/** Nothing left of what the client wants, once the unknown is left out. */
export const noneOf = (name: 'grant_types' | 'response_types', known: readonly string[]) =>
  ofDocument((document) => {
    const values = listMember(document, name) ?? []
    return when(values.length > 0 && !values.some((value) => known.includes(value)), name)
  })

export const wrongTypes = (
  texts: readonly string[],
  lists: readonly string[],
  isText: (value: unknown) => boolean,
) =>
  ofDocument((document) => [
    ...presentMembers(document, texts).filter((name) => !isText(document[name])),
    ...presentMembers(document, lists).filter((name) => {
      const value = document[name]
      return !Array.isArray(value) || !value.every(isText)
    }),
  ])
