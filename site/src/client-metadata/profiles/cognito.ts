import { when } from '../finding.ts'
import { listMember, textMember } from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { ofDocument, rulesOf, type Profile } from '../profile.ts'
import {
  clientIdDiffers,
  hasCredentials,
  hasDotSegment,
  isNoObject,
  largerThan,
  noneOf,
  otherThan,
  redirectsAreMissing,
  statusIsNot200,
  urlMatches,
  usesSharedSecret,
  writtenPath,
} from './checks.ts'

const PAGE = 'docs.aws.amazon.com: Client ID metadata documents (CIMD)'
const DRAFT = 'CIMD sections 3 to 5, which the page refers to'
const GRANTS = ['authorization_code', 'refresh_token']
const MAX_URL_CHARS = 256

const read = rulesOf('read')

export const COGNITO: Profile<'cognito'> = {
  id: 'cognito',
  name: 'Amazon Cognito',
  version: 'documentation of 2026-11',
  dated: '2026-11-23',
  assumes: 'A policy of the user pool has a pattern for the client_id.',
  mcp: true,
  rules: [
    read(
      'url-shape',
      1,
      DRAFT,
      'a client_id that the draft does not allow',
      urlMatches(
        (id) =>
          !/^https:\/\/[^/?#]/.test(id) ||
          parseUrl(id) === null ||
          /[#\\\s]/.test(id) ||
          writtenPath(id) === '' ||
          hasCredentials(id) ||
          hasDotSegment(id),
      ),
    ),
    read(
      'url-length',
      1,
      PAGE,
      `a client_id of more than ${MAX_URL_CHARS} characters`,
      urlMatches((id) => id.length > MAX_URL_CHARS),
    ),
    read('status', 6, DRAFT, 'any status but 200', statusIsNot200),
    read('size', 8, DRAFT, 'more than 5 KB', largerThan(5120)),
    read('json', 9, DRAFT, 'what is not one JSON object', isNoObject),
    read('client-id', 10, DRAFT, 'another client_id than the one asked for', clientIdDiffers),
    read('shared-secret', 11, PAGE, 'a method with a shared secret', usesSharedSecret),
    read(
      'public-only',
      12,
      PAGE,
      'clients that do not support the method none',
      ofDocument((document) => {
        const choices = listMember(document, 'token_endpoint_auth_methods_supported') ?? []
        const own = textMember(document, 'token_endpoint_auth_method') ?? 'none'
        return when(own !== 'none' && !choices.includes('none'), 'token_endpoint_auth_method')
      }),
    ),
    read('redirects', 14, PAGE, 'a document without redirect_uris', redirectsAreMissing),
    read('grants', 15, PAGE, 'grant_types of which it offers none', noneOf('grant_types', GRANTS)),
    read(
      'grants-ignored',
      15,
      PAGE,
      'grants other than those of the code flow',
      otherThan('grant_types', GRANTS),
      'lose',
    ),
  ],
}
