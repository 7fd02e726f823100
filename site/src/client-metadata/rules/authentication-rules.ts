import { when, type Rule } from '../finding.ts'
import { hasMember, listMember, textMember } from '../members.ts'
import { parseUrl } from '../parse-url.ts'
import { KEY_SET_RULES } from './key-rules.ts'
import type { DocumentSubject } from './document-subject.ts'

const AT = 'token_endpoint_auth_method'
export const SHARED_SECRET_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
]
const ALGORITHM = 'token_endpoint_auth_signing_alg'

const method = ({ document }: DocumentSubject) => textMember(document, AT)
const usesKeys = (subject: DocumentSubject) => method(subject) === 'private_key_jwt'
const keyMembers = ({ document }: DocumentSubject) =>
  ['jwks', 'jwks_uri'].filter((name) => hasMember(document, name))

/** Steps 11 and 12: how the client proves itself at the token endpoint. */
export const AUTHENTICATION_RULES: readonly Rule<DocumentSubject>[] = [
  {
    id: 'auth-shared-secret',
    severity: 'error',
    step: 11,
    section: 'CIMD 4.1',
    message: 'The authentication method needs a shared secret, and a public document has none.',
    fix: 'Use none, or private_key_jwt with a key that is really kept.',
    check: (subject) => when(SHARED_SECRET_METHODS.includes(method(subject) ?? ''), AT),
  },
  {
    id: 'auth-method-missing',
    severity: 'warning',
    step: 12,
    section: 'RFC 7591 2',
    message: 'Without an authentication method oidc-provider assumes a secret and refuses.',
    fix: 'Add "token_endpoint_auth_method": "none".',
    check: ({ document }) =>
      when(
        !hasMember(document, AT) && !hasMember(document, 'token_endpoint_auth_methods_supported'),
        AT,
      ),
  },
  {
    id: 'auth-method-only-plural',
    severity: 'warning',
    step: 12,
    section: 'CIMD 8.2',
    message: 'The authentication method is only in the list of choices, which most servers ignore.',
    fix: 'Say it in token_endpoint_auth_method, too.',
    check: ({ document }) =>
      when(
        !hasMember(document, AT) && hasMember(document, 'token_endpoint_auth_methods_supported'),
        AT,
      ),
  },
  {
    id: 'auth-method-not-in-choices',
    severity: 'warning',
    step: 12,
    section: 'CIMD 8.2',
    message:
      'The authentication method is not one of the choices beside it; Cloudflare refuses that.',
    fix: 'Add it to token_endpoint_auth_methods_supported, or remove that member.',
    check: (subject) => {
      const choices = listMember(subject.document, 'token_endpoint_auth_methods_supported')
      const own = method(subject)
      return when(choices !== undefined && own !== undefined && !choices.includes(own), AT)
    },
  },
  {
    id: 'auth-method-unusual',
    severity: 'warning',
    step: 12,
    section: 'CIMD 8.2',
    message: 'Servers that read client documents know none and private_key_jwt.',
    fix: 'Use one of these two.',
    check: (subject) => {
      const own = method(subject)
      const known = ['none', 'private_key_jwt', ...SHARED_SECRET_METHODS]
      return when(own !== undefined && own !== '' && !known.includes(own), AT)
    },
  },
  {
    id: 'auth-choices-unread',
    severity: 'info',
    step: 12,
    section: 'CIMD 8.2',
    message:
      'none is among the choices only, which few servers read: those for public clients alone refuse.',
    fix: 'Keep a document that says none for them, with a client_id of its own.',
    check: (subject) => {
      const choices = listMember(subject.document, 'token_endpoint_auth_methods_supported') ?? []
      return when(usesKeys(subject) && choices.includes('none'), AT)
    },
  },
  {
    id: 'keys-missing',
    severity: 'error',
    step: 12,
    section: 'CIMD 8.2',
    message: 'private_key_jwt without a key set: nobody can check the signature.',
    fix: 'Add jwks_uri.',
    check: (subject) => when(usesKeys(subject) && keyMembers(subject).length === 0, 'jwks_uri'),
  },
  {
    id: 'keys-twice',
    severity: 'error',
    step: 12,
    section: 'RFC 7591 2',
    message: 'jwks and jwks_uri exclude each other.',
    fix: 'Keep jwks_uri.',
    check: (subject) => when(keyMembers(subject).length === 2, 'jwks'),
  },
  {
    id: 'keys-inline',
    severity: 'warning',
    step: 12,
    section: 'RFC 7591 2',
    message: 'The keys stand in the document; Auth0 refuses that, and each rotation changes it.',
    fix: 'Serve them at jwks_uri.',
    check: ({ document }) => when(hasMember(document, 'jwks'), 'jwks'),
  },
  {
    id: 'keys-unused',
    severity: 'info',
    step: 12,
    section: 'CIMD 8.2',
    message: 'There are keys, but the authentication method does not use them.',
    fix: 'Remove them, or use private_key_jwt.',
    check: (subject) => (method(subject) === 'none' ? keyMembers(subject) : []),
  },
  {
    id: 'auth-algorithm-missing',
    severity: 'info',
    step: 12,
    section: 'RFC 7591 2',
    message: 'The signature algorithm is not said; atproto wants it.',
    fix: 'Add "token_endpoint_auth_signing_alg": "ES256".',
    check: (subject) =>
      when(usesKeys(subject) && !hasMember(subject.document, ALGORITHM), ALGORITHM),
  },
  {
    id: 'auth-algorithm-unusable',
    severity: 'error',
    step: 12,
    section: 'CIMD 4.1',
    message: 'The signature algorithm needs a shared secret, or is none at all.',
    fix: 'Use ES256, or RS256 for old servers.',
    check: ({ document }) =>
      when(/^(?:HS|none$)/i.test(textMember(document, ALGORITHM) ?? ''), ALGORITHM),
  },
  {
    id: 'auth-algorithm-without-keys',
    severity: 'warning',
    step: 12,
    section: 'RFC 7591 2',
    message:
      'A signature algorithm without private_key_jwt; oidc-provider and atproto refuse that.',
    fix: 'Remove token_endpoint_auth_signing_alg.',
    check: (subject) =>
      when(!usesKeys(subject) && hasMember(subject.document, ALGORITHM), ALGORITHM),
  },
  {
    id: 'jwks-uri-not-https',
    severity: 'error',
    step: 13,
    section: 'RFC 7591 2',
    message: 'jwks_uri is not https; whoever is in between could replace the keys.',
    fix: 'Serve the key set over https.',
    check: ({ document }) => {
      const url = parseUrl(textMember(document, 'jwks_uri') ?? '')
      return when(url !== null && url.protocol !== 'https:', 'jwks_uri')
    },
  },
  {
    id: 'jwks-uri-other-origin',
    severity: 'warning',
    step: 13,
    section: 'CIMD 8.9',
    message: 'jwks_uri has another origin than client_id; Better Auth refuses that.',
    fix: 'Serve the keys from the origin of client_id.',
    check: ({ clientId, document }) => {
      const url = parseUrl(textMember(document, 'jwks_uri') ?? '')
      const origins = [undefined, url?.origin]
      return when(url !== null && !origins.includes(parseUrl(clientId)?.origin), 'jwks_uri')
    },
  },
  ...KEY_SET_RULES.map((rule): Rule<DocumentSubject> => ({
    ...rule,
    check: ({ document }) => (hasMember(document, 'jwks') ? rule.check(document.jwks) : []),
  })),
]
