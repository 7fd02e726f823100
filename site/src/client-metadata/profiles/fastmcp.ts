import { when } from '../finding.ts'
import { redirectEntries, textMember, URL_MEMBERS } from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { ofDocument, rulesOf, type Profile } from '../profile.ts'
import { hostProblem } from '../public-host.ts'
import {
  authMethodIsNot,
  isDocumentUrl,
  isNoObject,
  largerThan,
  redirectsAreMissing,
  statusIsNot200,
  urlMatches,
  wrongTypes,
  writtenPath,
} from './checks.ts'

const SOURCE = 'fastmcp/server/auth/cimd.py'

const read = rulesOf('read')

/** It compares parsed URLs and forgives a slash at the end. */
const tidy = (url: string) => (parseUrl(url)?.href ?? url).replace(/\/+$/, '')

export const FASTMCP: Profile<'fastmcp'> = {
  id: 'fastmcp',
  name: 'FastMCP',
  version: 'main of 2026-08',
  dated: '2026-11-23',
  assumes: 'The OAuth proxy with its defaults.',
  mcp: true,
  rules: [
    read(
      'url-shape',
      1,
      SOURCE,
      'a client_id that is not https or stands at the root',
      urlMatches(
        (id) =>
          !/^https:\/\/[^/?#]/i.test(id) ||
          parseUrl(id) === null ||
          ['', '/'].includes(writtenPath(id)),
      ),
    ),
    read(
      'private-host',
      4,
      SOURCE,
      'a host on a private or loopback address',
      urlMatches((id) =>
        ['special-use-address', 'local-name'].includes(
          hostProblem(parseUrl(id)?.hostname ?? '') ?? '',
        ),
      ),
    ),
    read('status', 6, SOURCE, 'any status but 200; it follows no redirect', statusIsNot200),
    read('size', 8, SOURCE, 'more than 5120 bytes', largerThan(5120)),
    read('json', 9, SOURCE, 'what is not one JSON object', isNoObject),
    read('bom', 9, SOURCE, 'a byte order mark', ({ text }) => when(text?.bom === true, 'body')),
    read(
      'types',
      9,
      SOURCE,
      'texts and lists of the wrong type',
      wrongTypes(
        ['client_id', 'client_name', 'scope', 'software_id', 'software_version'],
        ['redirect_uris', 'grant_types', 'response_types', 'contacts'],
        (value) => typeof value === 'string',
      ),
    ),
    read(
      'client-id',
      10,
      SOURCE,
      'another client_id than the one asked for',
      ofDocument((document, clientId) =>
        when(tidy(textMember(document, 'client_id') ?? '') !== tidy(clientId), 'client_id'),
      ),
    ),
    read(
      'auth-method',
      12,
      SOURCE,
      'a method other than none and private_key_jwt',
      authMethodIsNot('none', 'private_key_jwt'),
    ),
    read(
      'uris',
      13,
      SOURCE,
      'addresses that are not http(s)',
      isDocumentUrl(URL_MEMBERS, (url) => !['http:', 'https:'].includes(url?.protocol ?? '')),
    ),
    read('redirects', 14, SOURCE, 'a document without redirect_uris', redirectsAreMissing),
    read(
      'redirect-shape',
      14,
      SOURCE,
      'redirect URIs without a host; a * for the port is taken',
      ofDocument((document) =>
        redirectEntries(document).flatMap(({ uri, place }) => {
          const url = parseUrl(uri.replace(':*', ''))
          return url === null || url.host === '' ? [place] : []
        }),
      ),
    ),
  ],
}
