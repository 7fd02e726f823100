import type { RegisteredKey } from './keys/registry.ts'
import { isPublished } from './keys/state.ts'

/** A public key as it is published (RFC 7517). */
export type PublishedJwk = RegisteredKey['publicKey'] & {
  readonly kid: string
  readonly alg: string
  readonly use: 'sig'
}

/** The keys a server may find now: standby, active, retiring. */
export function publishedJwks(keys: readonly RegisteredKey[]): readonly PublishedJwk[] {
  return keys
    .filter(isPublished)
    .map(({ kid, alg, publicKey }) => ({ ...publicKey, kid, alg, use: 'sig' }))
}

/**
 * The key set's exact bytes as text: two spaces, LF, final newline. Only members that the registry's
 * schema names are written, so nothing private can get in.
 */
export function renderJwks(keys: readonly RegisteredKey[]): string {
  return `${JSON.stringify({ keys: publishedJwks(keys) }, undefined, 2)}\n`
}

/** Whether a key set has a place in an environment: from its first published key on, for good. */
export function hasKeySet(keys: readonly RegisteredKey[]): boolean {
  return keys.some(({ pending }) => pending !== undefined)
}
