import type { RegisteredKey } from './registry.ts'
import { safeToRemoveAt, safeToUseAt, stateOf } from './state.ts'

/** What became of the keys, or why nothing did. */
export type Transition =
  | { readonly keys: readonly RegisteredKey[]; readonly promoted: string | null }
  | { readonly refused: 'unknown' }
  | { readonly refused: 'wrong_state'; readonly state: string }
  | { readonly refused: 'too_early'; readonly safeAt: string }
  | { readonly refused: 'no_standby' }

type Keys = readonly RegisteredKey[]

/** One step forward: generated → pending, or pending → active, whose predecessor retires. `now`: ISO, UTC. */
export function promoteKey(keys: Keys, kid: string, now: string): Transition {
  const key = keys.find((each) => each.kid === kid)
  if (key === undefined) return { refused: 'unknown' }
  const state = stateOf(key)
  if (state === 'generated')
    return { keys: replace(keys, { ...key, pending: now }), promoted: null }
  if (state !== 'pending') return { refused: 'wrong_state', state }
  const safeAt = safeToUseAt(key) ?? now
  if (Date.parse(safeAt) > Date.parse(now)) return { refused: 'too_early', safeAt }
  return { keys: activate(keys, key, now), promoted: kid }
}

/**
 * The end of a key that signs nothing: retiring → retired after its wait, an unused one at any time, except the
 * last standby: without one, a lost key means an outage as long as servers keep the key set.
 */
export function retireKey(keys: Keys, kid: string, now: string): Transition {
  const key = keys.find((each) => each.kid === kid)
  if (key === undefined) return { refused: 'unknown' }
  const state = stateOf(key)
  if (state !== 'retiring' && state !== 'pending' && state !== 'generated')
    return { refused: 'wrong_state', state }
  if (state === 'pending' && !keys.some((each) => each.kid !== kid && stateOf(each) === 'pending'))
    return { refused: 'no_standby' }
  const safeAt = safeToRemoveAt(key) ?? now
  if (Date.parse(safeAt) > Date.parse(now)) return { refused: 'too_early', safeAt }
  return { keys: replace(keys, { ...key, retired: now }), promoted: null }
}

/**
 * Removes a key at once. When it was the one that signs, the standby that has been published longest takes
 * over, however short that is; `promoted` is null when there is none, and then nobody can sign.
 */
export function revokeKey(keys: Keys, kid: string, reason: string, now: string): Transition {
  const key = keys.find((each) => each.kid === kid)
  if (key === undefined) return { refused: 'unknown' }
  const state = stateOf(key)
  if (state === 'revoked') return { refused: 'wrong_state', state }
  const revoked = replace(keys, { ...key, revoked: now, reason })
  const standby = revoked.find((each) => stateOf(each) === 'pending')
  if (state !== 'active' || standby === undefined) return { keys: revoked, promoted: null }
  const early = Date.parse(safeToUseAt(standby) ?? now) > Date.parse(now)
  const successor = early ? ({ ...standby, emergency: true } as const) : standby
  return { keys: activate(revoked, successor, now), promoted: standby.kid }
}

function activate(keys: Keys, key: RegisteredKey, now: string): Keys {
  const retiring = keys.map((each) =>
    stateOf(each) === 'active' ? { ...each, retiring: now } : each,
  )
  return replace(retiring, { ...key, active: now })
}

function replace(keys: Keys, key: RegisteredKey): Keys {
  return keys.map((each) => (each.kid === key.kid ? key : each))
}
