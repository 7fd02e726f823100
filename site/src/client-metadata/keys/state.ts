import { after } from '../propagation.ts'
import type { RegisteredKey } from './registry.ts'

/**
 * generated: nobody has seen it. pending: published, signs nothing yet. active: signs. retiring: published
 * for what it has signed. retired: removed. revoked: removed at once, from any state.
 */
export type KeyState = 'generated' | 'pending' | 'active' | 'retiring' | 'retired' | 'revoked'

const STATES = ['revoked', 'retired', 'retiring', 'active', 'pending', 'generated'] as const

/** How long keys stay in their states, and how many there may be. */
export const KEY_POLICY = {
  /**
   * From publication to first use: caches of key sets reach 24 h and many refuse to look again for an
   * unknown kid, so twice that; the simulated rotation shows where shorter waits begin to fail.
   */
  pendingSeconds: 48 * 3600,
  /** From last use to removal: machines take a new key up late, and what they signed is still on its way. */
  retiringSeconds: 48 * 3600,
  /** When a key should be replaced, when that is pressing, and when a build no longer goes out with it. */
  rotateDays: 90,
  warnDays: 75,
  failDays: 120,
  /** Active, retiring and two standbys; servers read 12 KB at most. */
  maxPublished: 4,
  /** `Cache-Control: max-age` of the key set: short, because removal is the emergency brake. */
  cacheSeconds: 300,
} as const

export const DAY_SECONDS = 86_400

export function stateOf(key: RegisteredKey): KeyState {
  return STATES.find((state) => key[state] !== undefined) ?? 'generated'
}

/** When a key entered its state. */
export function sinceOf(key: RegisteredKey): string {
  return key[stateOf(key)] ?? key.generated
}

/** Whether a key stands in the published set. */
export function isPublished(key: RegisteredKey): boolean {
  const state = stateOf(key)
  return state === 'pending' || state === 'active' || state === 'retiring'
}

/** When a published key may begin to sign; null for one that is not published or is past that. */
export function safeToUseAt(key: RegisteredKey): string | null {
  return stateOf(key) === 'pending' && key.pending !== undefined
    ? after(key.pending, KEY_POLICY.pendingSeconds)
    : null
}

/** When a key that no longer signs may be removed; null in every other state. */
export function safeToRemoveAt(key: RegisteredKey): string | null {
  return stateOf(key) === 'retiring' && key.retiring !== undefined
    ? after(key.retiring, KEY_POLICY.retiringSeconds)
    : null
}
