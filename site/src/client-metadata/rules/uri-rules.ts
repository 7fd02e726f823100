import type { Rule } from '../finding.ts'
import { hasMember, textMember, URL_MEMBERS } from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { hostProblem } from '../public-host.ts'
import type { DocumentSubject } from './document-subject.ts'

function urlMembers({ document }: DocumentSubject) {
  return URL_MEMBERS.flatMap((name) => {
    const value = textMember(document, name)
    return value === undefined ? [] : [{ name, value, url: parseUrl(value) ?? undefined }]
  })
}

/** While nobody knows where the document is served, nothing is elsewhere. */
const isOther = (url: URL, origin: string | undefined) =>
  origin !== undefined && url.origin !== origin

/** Members whose parsed address breaks a rule. */
const broken =
  (test: (url: URL, value: string, origin: string | undefined, name: string) => boolean) =>
  (subject: DocumentSubject) =>
    urlMembers(subject).flatMap(({ name, value, url }) =>
      url !== undefined && test(url, value, parseUrl(subject.clientId)?.origin, name) ? [name] : [],
    )

/** Steps 13 and 17: the addresses in a document, which a server may fetch or show. */
export const URI_RULES: readonly Rule<DocumentSubject>[] = [
  {
    id: 'uri-invalid',
    severity: 'error',
    step: 13,
    section: 'RFC 7591 2',
    message: 'An address is not an absolute URL.',
    fix: 'Write it with https:// and a host.',
    check: (subject) =>
      urlMembers(subject).flatMap(({ name, url }) => (url === undefined ? [name] : [])),
  },
  {
    id: 'uri-not-https',
    severity: 'warning',
    step: 13,
    section: 'CIMD 8.6',
    message: 'An address is not https; oidc-provider refuses that.',
    fix: 'Serve it over https.',
    check: broken((url, _value, _origin, name) => url.protocol !== 'https:' && name !== 'jwks_uri'),
  },
  {
    id: 'uri-userinfo',
    severity: 'warning',
    step: 13,
    section: 'CIMD 4',
    message: 'An address holds a user name or password; Better Auth refuses that.',
    fix: 'Remove everything before @.',
    check: broken((url) => url.username !== '' || url.password !== ''),
  },
  {
    id: 'uri-fragment',
    severity: 'info',
    step: 13,
    section: 'CIMD 4',
    message: 'An address has a fragment.',
    fix: 'Remove everything from # on.',
    check: broken((_url, value) => value.includes('#')),
  },
  {
    id: 'uri-private-host',
    severity: 'error',
    step: 13,
    section: 'CIMD 8.6',
    message: 'An address leads to a private, loopback or otherwise special host.',
    fix: 'Use a public host.',
    check: broken(({ hostname }) => !['reserved-name', undefined].includes(hostProblem(hostname))),
  },
  {
    id: 'client-uri-other-origin',
    severity: 'warning',
    step: 13,
    section: 'CIMD 8.1',
    message: 'client_uri has another origin than client_id; Better Auth and atproto refuse that.',
    fix: 'Use a page on the origin of client_id.',
    check: broken((url, _value, origin, name) => name === 'client_uri' && isOther(url, origin)),
  },
  {
    id: 'uri-other-origin',
    severity: 'info',
    step: 13,
    section: 'CIMD 8.9',
    message: 'An address has another origin than client_id; Keycloak wants each host allowed.',
    fix: 'Serve it from the origin of client_id.',
    check: broken(
      (url, _value, origin, name) =>
        !['client_uri', 'jwks_uri'].includes(name) && isOther(url, origin),
    ),
  },
  {
    id: 'logo-svg',
    severity: 'info',
    step: 17,
    section: 'CIMD 8.8',
    message: 'The logo is an SVG; servers do not show what may hold a script.',
    fix: 'Use a square PNG of at most 100 KB.',
    check: broken(
      (url, _value, _origin, name) => name === 'logo_uri' && /\.svg$/i.test(url.pathname),
    ),
  },
  {
    id: 'consent-page-bare',
    severity: 'info',
    step: 17,
    section: 'CIMD 8.5',
    message: 'A consent page has less to show without these.',
    fix: 'Add a home page, a logo, and pages on privacy and terms.',
    check: ({ document }) =>
      ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'].filter(
        (name) => !hasMember(document, name),
      ),
  },
]
