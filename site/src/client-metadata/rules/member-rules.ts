import { shown, when, type Rule } from '../finding.ts'
import {
  hasMember,
  isObject,
  listMember,
  presentMembers,
  textMember,
  URL_MEMBERS,
} from '../members.ts'
import type { DocumentSubject } from './document-subject.ts'
import { URI_RULES } from './uri-rules.ts'

const TEXT_MEMBERS = [
  'client_id',
  'client_name',
  ...URL_MEMBERS,
  'application_type',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'scope',
  'software_id',
  'software_version',
  'software_statement',
]
const LIST_MEMBERS = [
  'redirect_uris',
  'grant_types',
  'response_types',
  'contacts',
  'post_logout_redirect_uris',
  'token_endpoint_auth_methods_supported',
]
const OTHER_MEMBERS = [
  'jwks',
  'client_secret',
  'client_secret_expires_at',
  'client_id_issued_at',
  'dpop_bound_access_tokens',
  'require_pushed_authorization_requests',
  'id_token_signed_response_alg',
  'default_max_age',
  'subject_type',
  'token_endpoint_auth_signing_alg_values_supported',
]
const KNOWN_MEMBERS = new Set([...TEXT_MEMBERS, ...LIST_MEMBERS, ...OTHER_MEMBERS])

/** What an authorization server decides about a client; a document that says it is refused by Better Auth. */
export const PRIVILEGED_MEMBERS = [
  'disabled',
  'client_id_issued_at',
  'skip_consent',
  'enable_end_session',
  'require_pkce',
  'reference_id',
  'user_id',
  'resources',
] as const

const BEHAVIOUR_MEMBERS = [
  'scope',
  'dpop_bound_access_tokens',
  'require_pushed_authorization_requests',
  'id_token_signed_response_alg',
  'id_token_encrypted_response_alg',
  'userinfo_signed_response_alg',
  'default_max_age',
]

/** Bidirectional controls, invisible characters and line breaks: a name that shows as another one. */

const DECEPTIVE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/

const isText = (value: unknown) => typeof value === 'string' && value !== ''
const isTextList = (value: unknown) => Array.isArray(value) && value.every(isText)
const baseName = (member: string) => member.replace(/#.*$/s, '')

/** Whether two URLs are one once parsers have tidied them up, so that only the writing differs. */
function isEquivalent(left: string, right: string): boolean {
  const tidy = (text: string) =>
    URL.canParse(text)
      ? decodeURI(new URL(text).href.replace(/%(?![\da-f]{2})/gi, '%25'))
          .toLowerCase()
          .replace(/\/$/, '')
      : text
  try {
    return tidy(left) === tidy(right)
  } catch (error) {
    // Percent-encoding that is no UTF-8: nothing to compare.
    if (error instanceof URIError) return false
    throw error
  }
}

/** Steps 9 to 11 and 13: identity, name, forbidden and unusual members, addresses. */
export const MEMBER_RULES: readonly Rule<DocumentSubject>[] = [
  {
    id: 'member-type',
    severity: 'error',
    step: 9,
    section: 'RFC 7591 2',
    message: 'A member has the wrong type.',
    fix: 'Texts are non-empty strings; lists are arrays of them.',
    check: ({ document }) => [
      ...presentMembers(document, TEXT_MEMBERS).filter((name) => !isText(document[name])),
      ...presentMembers(document, LIST_MEMBERS).filter((name) => !isTextList(document[name])),
      ...presentMembers(document, ['jwks']).filter((name) => !isObject(document[name])),
    ],
  },
  {
    id: 'client-id-missing',
    severity: 'error',
    step: 10,
    section: 'CIMD 4',
    message: 'The document does not say its client_id.',
    fix: 'Add client_id with the URL it is served at.',
    check: ({ document }) => when(!hasMember(document, 'client_id'), 'client_id'),
  },
  {
    id: 'client-id-mismatch',
    severity: 'error',
    step: 10,
    section: 'CIMD 4',
    message: 'client_id is another URL than the one the document is served at.',
    fix: 'Make both the same string.',
    check: ({ clientId, document }) => {
      const own = textMember(document, 'client_id')
      return when(
        own !== undefined && own !== clientId && !isEquivalent(own, clientId),
        'client_id',
      )
    },
  },
  {
    id: 'client-id-variant',
    severity: 'error',
    step: 10,
    section: 'CIMD 4',
    message: 'client_id and the URL differ only in writing, and servers compare every byte.',
    fix: 'Look at slash, case, port, www, encoding; then make both the same string.',
    check: ({ clientId, document }) => {
      const own = textMember(document, 'client_id')
      return when(own !== undefined && own !== clientId && isEquivalent(own, clientId), 'client_id')
    },
  },
  {
    id: 'secret-present',
    severity: 'error',
    step: 11,
    section: 'CIMD 4.1',
    message: 'The document holds a client secret or says when one expires. It is public.',
    fix: 'Remove it, and treat the secret as known to everybody.',
    check: ({ document }) =>
      presentMembers(document, ['client_secret', 'client_secret_expires_at']),
  },
  {
    id: 'member-privileged',
    severity: 'warning',
    step: 11,
    section: 'CIMD 4',
    message: 'Only an authorization server may say this about a client; Better Auth refuses it.',
    fix: 'Remove the member.',
    check: ({ document }) => presentMembers(document, PRIVILEGED_MEMBERS),
  },
  {
    id: 'member-unknown',
    severity: 'info',
    step: 11,
    section: 'CIMD 4',
    message: 'No specification known here has this member; servers ignore it.',
    fix: 'Check the spelling, or remove it.',
    check: ({ document }) =>
      Object.keys(document)
        .filter((name) => !KNOWN_MEMBERS.has(baseName(name)))
        .filter((name) => !(PRIVILEGED_MEMBERS as readonly string[]).includes(name))
        .filter((name) => !BEHAVIOUR_MEMBERS.includes(name))
        .map(shown),
  },
  {
    id: 'member-behaviour',
    severity: 'warning',
    step: 11,
    section: 'RFC 7591 2',
    message: 'This is asked of every server alike, and some cannot do it or do not know it.',
    fix: 'Leave it out; say it in the request where a server supports it.',
    check: ({ document }) => presentMembers(document, BEHAVIOUR_MEMBERS),
  },
  {
    id: 'client-name-missing',
    severity: 'error',
    step: 13,
    section: 'MCP client registration',
    message: 'client_name is missing; Better Auth, Cloudflare and Auth0 refuse that.',
    fix: 'Add the name people know the client by.',
    check: ({ document }) =>
      when((textMember(document, 'client_name') ?? '').trim() === '', 'client_name'),
  },
  {
    id: 'client-name-deceptive',
    severity: 'warning',
    step: 17,
    section: 'CIMD 8.5',
    message: 'client_name holds invisible or direction-changing characters.',
    fix: 'Write the name in plain characters.',
    check: ({ document }) =>
      when(DECEPTIVE.test(textMember(document, 'client_name') ?? ''), 'client_name'),
  },
  {
    id: 'contacts-not-email',
    severity: 'warning',
    step: 13,
    section: 'RFC 7591 2',
    message: 'A contact is not an e-mail address; oidc-provider refuses that.',
    fix: 'List e-mail addresses only.',
    check: ({ document }) =>
      when(
        listMember(document, 'contacts')?.some((entry) => !/^[^\s@]+@[\w.-]+$/.test(entry)) ===
          true,
        'contacts',
      ),
  },
  {
    id: 'software-version-present',
    severity: 'info',
    step: 19,
    section: 'CIMD 8.4',
    message:
      'software_version changes the document with every release, and servers notice changes.',
    fix: 'Change it only when what the document says changes.',
    check: ({ document }) => presentMembers(document, ['software_version']),
  },
  ...URI_RULES,
]
