import { when, type Rule } from '../finding.ts'
import { MAX_JWKS_BYTES } from '../limits.ts'
import { isObject, type UntypedDocument } from '../members.ts'

/** Members that only the owner of a key may know (RFC 7518 section 6). */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const

/** What each key type cannot do without. */
const REQUIRED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'x', 'y'],
  RSA: ['n', 'e'],
  OKP: ['crv', 'x'],
}

interface Key {
  readonly key: UntypedDocument
  /** `jwks.keys[0]` */
  readonly place: string
}

function keysOf(jwks: unknown): readonly Key[] {
  if (!isObject(jwks) || !Array.isArray(jwks.keys)) return []
  return jwks.keys.flatMap((key: unknown, index) =>
    isObject(key) ? [{ key, place: `jwks.keys[${index}]` }] : [],
  )
}

const hasText = (key: UntypedDocument, name: string) =>
  typeof key[name] === 'string' && key[name] !== ''

const places = (test: (key: UntypedDocument) => boolean) => (jwks: unknown) =>
  keysOf(jwks).flatMap(({ key, place }) => (test(key) ? [place] : []))

/** Made by whoever asked jwks_uri and got no key set. */
export const KEY_SET_UNREADABLE: Rule<never> = {
  id: 'key-set-unreadable',
  severity: 'error',
  step: 12,
  section: 'CIMD 8.2',
  message: `jwks_uri does not answer 200 with JSON of at most ${MAX_JWKS_BYTES} bytes.`,
  fix: 'Serve the key set like the document, and before it.',
  check: () => [],
}

/** Steps 11 and 12, of a key set, wherever it was found: in the document or at jwks_uri. */
export const KEY_SET_RULES: readonly Rule<unknown>[] = [
  {
    id: 'key-private',
    severity: 'error',
    step: 11,
    section: 'CIMD 4.1',
    message: 'The key set holds a private or symmetric key. It is public.',
    fix: 'Revoke that key now, then publish public members only.',
    check: places(
      (key) => key.kty === 'oct' || PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name)),
    ),
  },
  {
    id: 'key-set-invalid',
    severity: 'error',
    step: 12,
    section: 'RFC 7517 5',
    message: 'This is no key set with at least one key.',
    fix: 'Publish {"keys":[…]}.',
    check: (jwks) => {
      const found = keysOf(jwks).length
      const all = isObject(jwks) && Array.isArray(jwks.keys) ? jwks.keys.length : 0
      return when(found === 0 || found !== all, 'jwks')
    },
  },
  {
    id: 'key-incomplete',
    severity: 'error',
    step: 12,
    section: 'RFC 7518 6',
    message: 'A key lacks a member that its type needs, or has a type that servers do not know.',
    fix: 'Publish an EC key on P-256 with crv, x and y.',
    check: places((key) => {
      const required = typeof key.kty === 'string' ? REQUIRED_MEMBERS[key.kty] : undefined
      const symmetric = key.kty === 'oct'
      return !symmetric && required?.every((name) => hasText(key, name)) !== true
    }),
  },
  {
    id: 'key-id-missing',
    severity: 'warning',
    step: 12,
    section: 'RFC 7517 4.5',
    message: 'A key has no kid; while keys rotate, nobody can tell which one signed.',
    fix: 'Use the RFC 7638 thumbprint.',
    check: places((key) => !hasText(key, 'kid')),
  },
  {
    id: 'key-id-duplicate',
    severity: 'error',
    step: 12,
    section: 'RFC 7517 4.5',
    message: 'Two keys have the same kid.',
    fix: 'Use the RFC 7638 thumbprint.',
    check: (jwks) => {
      const ids = keysOf(jwks).map(({ key }) => key.kid)
      return keysOf(jwks).flatMap(({ key, place }, index) =>
        key.kid !== undefined && ids.indexOf(key.kid) < index ? [place] : [],
      )
    },
  },
  {
    id: 'key-use',
    severity: 'info',
    step: 12,
    section: 'RFC 7517 4.2',
    message: 'A key does not say that it is for signatures, or by which algorithm.',
    fix: 'Add "use": "sig" and "alg": "ES256".',
    check: places((key) => key.use !== 'sig' || !hasText(key, 'alg')),
  },
]
