import { after } from '../propagation.ts'
import type { RegisteredKey } from './registry.ts'
import { DAY_SECONDS, KEY_POLICY, sinceOf, stateOf } from './state.ts'

/** One thing to do on a day. */
export interface PlannedStep {
  /** ISO 8601, UTC: not before. */
  readonly at: string
  readonly action: 'generate' | 'promote' | 'retire'
  /** Null: the key does not exist yet. */
  readonly kid: string | null
  readonly why: 'standby_missing' | 'standby_next' | 'rotation_due' | 'wait_over'
}

/**
 * What is due until `until` when everything is done on its day: rotation every `rotateDays`, the next
 * standby published on the day of a rotation, the old key removed after its wait. Oldest first. Pure.
 */
export function planRotation(
  keys: readonly RegisteredKey[],
  now: string,
  until: string,
): readonly PlannedStep[] {
  const steps: PlannedStep[] = []
  const later = (instant: string) => (Date.parse(instant) < Date.parse(now) ? now : instant)
  const inState = (state: string) => keys.filter((key) => stateOf(key) === state)
  for (const key of inState('retiring'))
    steps.push({
      at: later(after(sinceOf(key), KEY_POLICY.retiringSeconds)),
      action: 'retire',
      kid: key.kid,
      why: 'wait_over',
    })
  let standby = inState('pending')[0]
  let standbyReadyAt = after(standby?.pending ?? now, KEY_POLICY.pendingSeconds)
  if (standby === undefined)
    steps.push({ at: now, action: 'generate', kid: null, why: 'standby_missing' })
  let active = inState('active')[0]
  // Without an active key the standby takes over as soon as it may.
  let due =
    active === undefined
      ? standbyReadyAt
      : after(sinceOf(active), KEY_POLICY.rotateDays * DAY_SECONDS)
  for (;;) {
    const at = later(Date.parse(due) < Date.parse(standbyReadyAt) ? standbyReadyAt : due)
    if (Date.parse(at) > Date.parse(until)) break
    steps.push({ at, action: 'promote', kid: standby?.kid ?? null, why: 'rotation_due' })
    steps.push({ at, action: 'generate', kid: null, why: 'standby_next' })
    if (active !== undefined || steps.filter(({ action }) => action === 'promote').length > 1)
      steps.push({
        at: after(at, KEY_POLICY.retiringSeconds),
        action: 'retire',
        kid: active?.kid ?? null,
        why: 'wait_over',
      })
    active = standby
    standby = undefined
    standbyReadyAt = after(at, KEY_POLICY.pendingSeconds)
    due = after(at, KEY_POLICY.rotateDays * DAY_SECONDS)
  }
  return steps
    .filter(({ at }) => Date.parse(at) <= Date.parse(until))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
}
