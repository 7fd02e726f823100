import { when, type Rule } from '../finding.ts'
import {
  hasMember,
  isWebScheme,
  listMember,
  redirectEntries,
  textMember,
  type RedirectEntry,
} from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { isLoopbackHost } from '../public-host.ts'
import type { DocumentSubject } from './document-subject.ts'

const AT = 'redirect_uris'
/** Schemes that run something or read a file instead of handing an answer to a program. */
const DANGEROUS_SCHEMES = [
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'mailto:',
  'blob:',
  'about:',
  'ftp:',
]

type ParsedEntry = RedirectEntry & { readonly url: URL }

function entries({ document }: DocumentSubject): readonly ParsedEntry[] {
  return redirectEntries(document).filter((entry): entry is ParsedEntry => entry.url !== undefined)
}

const isLoopback = ({ url }: ParsedEntry) => isWebScheme(url) && isLoopbackHost(url.hostname)
const isHttpLoopback = (entry: ParsedEntry) => isLoopback(entry) && entry.url.protocol === 'http:'
const isDangerous = ({ url }: ParsedEntry) => DANGEROUS_SCHEMES.includes(url.protocol)
const isCustom = (entry: ParsedEntry) => !isWebScheme(entry.url) && !isDangerous(entry)
const isWildcard = ({ uri }: RedirectEntry) => /[*{}]/.test(uri)

const places = (test: (entry: ParsedEntry, subject: DocumentSubject) => boolean) => {
  return (subject: DocumentSubject) =>
    entries(subject).flatMap((entry) => (test(entry, subject) ? [entry.place] : []))
}

const isNative = ({ document }: DocumentSubject) =>
  textMember(document, 'application_type') === 'native'

/** Step 14: where an answer may go. One wrong entry makes some servers refuse all. */
export const REDIRECT_RULES: readonly Rule<DocumentSubject>[] = [
  {
    id: 'redirects-missing',
    severity: 'error',
    step: 14,
    section: 'MCP client registration',
    message: 'There is no redirect URI, so no answer can go anywhere.',
    fix: 'List every redirect URI the client uses.',
    check: ({ document }) => when((listMember(document, 'redirect_uris') ?? []).length === 0, AT),
  },
  {
    id: 'redirect-wildcard',
    severity: 'error',
    step: 14,
    section: 'CIMD 4.2',
    message: 'A redirect URI has a placeholder, and servers compare exactly.',
    fix: 'List a loopback entry without a port; servers then take any.',
    check: ({ document }) =>
      redirectEntries(document).flatMap((entry) => (isWildcard(entry) ? [entry.place] : [])),
  },
  {
    id: 'redirect-invalid',
    severity: 'error',
    step: 14,
    section: 'RFC 6749 3.1.2',
    message: 'A redirect URI is not absolute.',
    fix: 'Write scheme, host and path.',
    check: ({ document }) =>
      redirectEntries(document).flatMap((entry) =>
        entry.url === undefined && !isWildcard(entry) ? [entry.place] : [],
      ),
  },
  {
    id: 'redirect-fragment',
    severity: 'error',
    step: 14,
    section: 'RFC 6749 3.1.2',
    message: 'A redirect URI has a fragment.',
    fix: 'Remove everything from # on.',
    check: places(({ uri }) => uri.includes('#')),
  },
  {
    id: 'redirect-userinfo',
    severity: 'error',
    step: 14,
    section: 'RFC 9700 2.1',
    message: 'A redirect URI holds a user name or password.',
    fix: 'Remove everything before @.',
    check: places(({ url }) => url.username !== '' || url.password !== ''),
  },
  {
    id: 'redirect-dangerous-scheme',
    severity: 'error',
    step: 14,
    section: 'RFC 9700 2.1',
    message: 'A redirect URI has a scheme that runs or reads something on the person’s machine.',
    fix: 'Use http on loopback or https.',
    check: places(isDangerous),
  },
  {
    id: 'redirect-http',
    severity: 'error',
    step: 14,
    section: 'OAuth 2.1 1.5',
    message: 'A redirect URI sends the answer over plain http beyond this machine.',
    fix: 'Use https; plain http is for loopback addresses only.',
    check: places((entry) => entry.url.protocol === 'http:' && !isLoopback(entry)),
  },
  {
    id: 'redirect-https-loopback',
    severity: 'warning',
    step: 14,
    section: 'RFC 8252 7.3',
    message: 'A loopback redirect URI uses https; oidc-provider and Better Auth refuse that.',
    fix: 'Use http: it does not leave the machine.',
    check: places((entry) => entry.url.protocol === 'https:' && isLoopback(entry)),
  },
  {
    id: 'redirect-custom-scheme',
    severity: 'warning',
    step: 14,
    section: 'RFC 8252 7.1',
    message: 'Better Auth and atproto refuse a whole document for a scheme such as this.',
    fix: 'Move it to a document of its own, or use an https page that opens the program.',
    check: places(isCustom),
  },
  {
    id: 'application-type-missing',
    severity: 'warning',
    step: 14,
    section: 'RFC 7591 2',
    message:
      'Without application_type servers assume "web": loopback ports are then compared exactly.',
    fix: 'Add "application_type": "native".',
    check: (subject) =>
      when(
        !hasMember(subject.document, 'application_type') &&
          entries(subject).some((entry) => isHttpLoopback(entry) || isCustom(entry)),
        'application_type',
      ),
  },
  {
    id: 'application-type-unfit',
    severity: 'warning',
    step: 14,
    section: 'RFC 7591 2',
    message: 'The redirect URIs are a native client’s, and application_type is not "native".',
    fix: 'Set "application_type": "native".',
    check: (subject) =>
      when(
        hasMember(subject.document, 'application_type') &&
          !isNative(subject) &&
          entries(subject).some((entry) => isHttpLoopback(entry) || isCustom(entry)),
        'application_type',
      ),
  },
  {
    id: 'redirect-no-slash',
    severity: 'warning',
    step: 16,
    section: 'RFC 3986 6.2.1',
    message: 'A redirect URI has no path; parsers add a slash, and then it is another string.',
    fix: 'Write the path, if only "/".',
    check: places(({ uri, url }) => isWebScheme(url) && /^https?:\/\/[^/?#]*$/i.test(uri)),
  },
  {
    id: 'redirect-duplicate',
    severity: 'info',
    step: 16,
    section: 'CIMD 4.2',
    message: 'A redirect URI is listed twice.',
    fix: 'Keep one.',
    check: (subject) => {
      const uris = entries(subject).map(({ uri }) => uri)
      return entries(subject).flatMap(({ uri, place }, index) =>
        uris.indexOf(uri) < index ? [place] : [],
      )
    },
  },
  {
    id: 'redirect-localhost',
    severity: 'info',
    step: 16,
    section: 'RFC 8252 8.3',
    message: 'localhost is a name that others may answer for; atproto refuses it.',
    fix: 'Use 127.0.0.1 and [::1].',
    check: places(({ url }) => isWebScheme(url) && url.hostname === 'localhost'),
  },
  {
    id: 'redirect-no-fixed-port',
    severity: 'info',
    step: 16,
    section: 'RFC 8252 7.3',
    message: 'All loopback redirect URIs leave the port open; servers that compare exactly refuse.',
    fix: 'List a few fixed ports, too, and try them first.',
    check: (subject) => {
      const loopback = entries(subject).filter(isHttpLoopback)
      return when(loopback.length > 0 && loopback.every(({ url }) => url.port === ''), AT)
    },
  },
  {
    id: 'redirect-no-open-port',
    severity: 'info',
    step: 16,
    section: 'RFC 8252 7.3',
    message: 'Every loopback redirect URI fixes the port; a sign-in fails while it is taken.',
    fix: 'List one without a port.',
    check: (subject) => {
      const loopback = entries(subject).filter(isHttpLoopback)
      return when(loopback.length > 0 && loopback.every(({ url }) => url.port !== ''), AT)
    },
  },
  {
    id: 'redirect-loopback-only',
    severity: 'info',
    step: 17,
    section: 'CIMD 8.1',
    message: 'Any program on the person’s machine can take this client’s place; servers warn.',
    fix: 'Add an https redirect URI on the origin of client_id.',
    check: (subject) => {
      const parsed = entries(subject)
      return when(parsed.length > 0 && parsed.every(isHttpLoopback), AT)
    },
  },
  {
    id: 'redirect-other-origin',
    severity: 'info',
    step: 16,
    section: 'CIMD 8.1',
    message: 'An https redirect URI leaves the origin of client_id; some servers refuse that.',
    fix: 'Use a page on the origin of client_id.',
    check: places(
      ({ url }, { clientId }) =>
        url.protocol === 'https:' && ![undefined, url.origin].includes(parseUrl(clientId)?.origin),
    ),
  },
]
