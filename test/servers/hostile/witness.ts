import { createHash } from 'node:crypto'
import { deepEqual, equal, fail } from 'node:assert/strict'
import { inspect } from 'node:util'
import {
  isSignInError,
  type SignInErrorCode,
  type SignInErrorDetails,
  type TraceEvent,
} from '@signet/core'
import type { SentRequest } from '../../support/fake-ports.ts'

/** Everything a client sent, opened, stored and wrote down; worlds in memory and on a network have one each. */
export interface Witness {
  readonly network: { readonly sent: readonly SentRequest[] }
  /** URLs given to the browser. */
  readonly pages: readonly string[]
  /** Random tokens the client made: verifiers, states, session ids. */
  readonly minted: readonly string[]
  readonly secrets: { readonly entries: ReadonlyMap<string, string> }
  readonly log: { readonly events: readonly TraceEvent[] }
  readonly receiver: { readonly opened: number; readonly closed: number }
}

/** Where each kind of secret may go; addresses without query. All others are wrong parties. */
export interface Parties {
  /** Codes, verifiers and refresh tokens. */
  readonly token?: string
  /** Refresh and access tokens. */
  readonly revocation?: string
  /** Access tokens. */
  readonly server?: string
}

const CODE = 'the-code'
const ACCESS = 'the-access-token'
const REFRESH = 'the-refresh-token'

/**
 * Holds that no code, token or verifier reached a wrong party, stood in a URL, was logged, or is part of what
 * was thrown.
 */
export function assertContained(witness: Witness, parties: Parties, thrown?: unknown): void {
  const places: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    [CODE, [parties.token]],
    [REFRESH, [parties.token, parties.revocation]],
    [ACCESS, [parties.server, parties.revocation]],
    ...verifiers(witness).map((verifier) => [verifier, [parties.token]] as const),
  ]
  for (const { url, headers, body } of witness.network.sent) {
    const address = url.split('?')[0]
    const content = `${JSON.stringify(headers)} ${body.toString()}`
    for (const [secret, allowed] of places) {
      equal(url.includes(secret), false, `${secret} in the URL ${url}`)
      if (content.includes(secret))
        equal(allowed.includes(address), true, `${secret} went to ${url}`)
    }
  }
  const written = [
    ...witness.pages,
    JSON.stringify(witness.log.events),
    inspect(thrown, { depth: Infinity, showHidden: true }),
  ]
  for (const text of written) {
    for (const [secret] of places) equal(text.includes(secret), false, `${secret} in ${text}`)
  }
}

/**
 * Waits for an attempt to be refused with a code, and holds that nothing escaped, nothing was saved, and no
 * listener is left. Returns the error's detail.
 */
export async function expectRefusal<C extends SignInErrorCode>(
  witness: Witness,
  attempt: Promise<unknown>,
  code: C,
  parties: Parties = {},
): Promise<SignInErrorDetails[C]> {
  const before = new Map(witness.secrets.entries)
  const thrown = await attempt.then(
    () => fail(`expected ${code}, and it was accepted`),
    (error: unknown) => error,
  )
  if (!isSignInError(thrown)) throw thrown
  equal(thrown.code, code)
  assertContained(witness, parties, thrown)
  // Who cancels is told at once; the listener closes right after.
  await new Promise((resolve) => setImmediate(resolve))
  deepEqual(witness.secrets.entries, before, 'nothing saved')
  equal(witness.receiver.closed, witness.receiver.opened, 'every listener is closed')
  return thrown.detail as SignInErrorDetails[C]
}

/** Of all random tokens, those whose S256 challenge stands in a page that was opened. */
function verifiers({ minted, pages }: Witness): readonly string[] {
  const challenges = pages.map((page) => new URL(page).searchParams.get('code_challenge'))
  return minted.filter((token) =>
    challenges.includes(createHash('sha256').update(token).digest('base64url')),
  )
}
