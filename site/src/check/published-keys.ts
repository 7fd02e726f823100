import { readDocumentText } from '../client-metadata/document-text.ts'
import { applyRules, findingOf, type Finding, type Rule } from '../client-metadata/finding.ts'
import { MAX_JWKS_BYTES } from '../client-metadata/limits.ts'
import { isObject } from '../client-metadata/members.ts'
import { KEY_SET_RULES, KEY_SET_UNREADABLE } from '../client-metadata/rules/key-rules.ts'

interface KeyPair {
  /** Public members by kid, as text that compares. */
  readonly served: ReadonlyMap<string, string>
  readonly expected: ReadonlyMap<string, string>
}

/** Compares with the set that the registry publishes. */
export const PUBLISHED_KEY_RULES: readonly Rule<KeyPair>[] = [
  {
    id: 'key-withdrawn',
    severity: 'error',
    step: 12,
    section: 'RFC 7517 4.5',
    message: 'A key that is still in use is not served: what it signed is refused.',
    fix: 'Deploy the key set again; a key may go only when nothing it signed is valid any more.',
    check: ({ served, expected }) => missing(expected, served),
  },
  {
    id: 'key-unknown',
    severity: 'error',
    step: 12,
    section: 'CIMD 8.2',
    message: 'A key is served that nobody registered: whoever has it can pass for this client.',
    fix: 'Take it down, revoke what it signed, and find out who could write to the host.',
    check: ({ served, expected }) => missing(served, expected),
  },
  {
    id: 'key-replaced',
    severity: 'error',
    step: 12,
    section: 'RFC 7517 4.5',
    message: 'A key has the kid of a registered one and other members.',
    fix: 'Give every key its own kid, its RFC 7638 thumbprint, and deploy the set again.',
    check: ({ served, expected }) =>
      [...served].flatMap(([kid, key]) =>
        expected.has(kid) && expected.get(kid) !== key ? [kid.slice(0, 64)] : [],
      ),
  },
]

/** What is wrong with a served key set, by itself and beside the expected one. */
export function publishedKeyFindings(
  served: Uint8Array,
  expected: Uint8Array | undefined,
): readonly Finding[] {
  const read = served.length > MAX_JWKS_BYTES ? undefined : readDocumentText(served).json
  if (read === undefined) return [findingOf(KEY_SET_UNREADABLE, 'body')]
  const own = applyRules(KEY_SET_RULES, read.value)
  const known = expected && readDocumentText(expected).json
  if (known === undefined) return own
  const pair = { served: keysById(read.value), expected: keysById(known.value) }
  return [...own, ...applyRules(PUBLISHED_KEY_RULES, pair)]
}

function missing(from: KeyPair['served'], to: KeyPair['served']): readonly string[] {
  return [...from.keys()].flatMap((kid) => (to.has(kid) ? [] : [kid.slice(0, 64)]))
}

function keysById(set: unknown): ReadonlyMap<string, string> {
  const keys: readonly unknown[] = isObject(set) && Array.isArray(set.keys) ? set.keys : []
  return new Map(
    keys.flatMap((key) =>
      isObject(key) ? [[typeof key.kid === 'string' ? key.kid : '', sorted(key)] as const] : [],
    ),
  )
}

function sorted(key: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(key).sort(([left], [right]) => (left < right ? -1 : 1)))
}
