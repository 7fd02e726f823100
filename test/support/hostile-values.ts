import fc from 'fast-check'
import { isSignInError, type SignInError } from '@signet/core'

/** Runs per property: all of them together stay below five seconds on two loaded cores. */
export const RUNS = { numRuns: 150 } as const

/** What became of an attempt. Anything thrown that is not a `SignInError` is thrown on: no step may let it out. */
export type Outcome<T> =
  | { readonly value: T; readonly error?: never }
  | { readonly value?: never; readonly error: SignInError }

export async function outcomeOf<T>(attempt: () => Promise<T> | T): Promise<Outcome<T>> {
  try {
    return { value: await attempt() }
  } catch (error) {
    if (!isSignInError(error)) throw error
    return { error }
  }
}

/** Any JSON value, members that only look like JSON's own included. */
export const anyJson: fc.Arbitrary<unknown> = fc
  .oneof(
    { weight: 3, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.constantFrom('', '\u0000', '__proto__', 1e308, -1, null, [], {}) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2_000 }) },
  )
  // As it comes out of a parser: no shared objects, no undefined.
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)

/**
 * A well-formed document with some of its members dropped or replaced: most faults of a real peer, and of a
 * hostile one, are one member away from a good document.
 */
export function damaged(
  document: Readonly<Record<string, unknown>>,
): fc.Arbitrary<Record<string, unknown>> {
  const names = [...Object.keys(document), '__proto__', 'constructor', 'toString']
  return fc
    .array(fc.tuple(fc.constantFrom(...names), fc.option(anyJson, { nil: undefined })), {
      maxLength: 4,
    })
    .map((changes) => {
      const text = JSON.stringify(document)
      const members = new Map(Object.entries(JSON.parse(text) as Record<string, unknown>))
      for (const [name, value] of changes) {
        if (value === undefined) members.delete(name)
        else members.set(name, value)
      }
      return Object.fromEntries(members)
    })
}

/** A URL as a hostile server writes it: other schemes, characters of command lines, odd spellings of addresses. */
export const anyUrl: fc.Arbitrary<string> = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc
    .tuple(
      fc.constantFrom(
        'javascript:',
        'file:///',
        'vscode://',
        'data:',
        'http://',
        'https://',
        '//',
        'HTTPS:\\\\',
      ),
      fc.constantFrom(
        '127.1',
        '0x7f.1',
        '10.0.0.1',
        'login.service.test',
        'user@login.service.test',
        '[::1]',
        'localhost.',
      ),
      fc.constantFrom('', '/', '/$(calc)', '/a;b&c|d', '/`x`', '/%00', '?q=1', '#f', '/a b'),
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

/** The length of the longest text in an error's detail: what a peer can make this client hold or print. */
export function longestText(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  return Math.max(0, ...Object.values(value).map(longestText))
}
