import type { PlannedStep } from '../../site/src/client-metadata/keys/plan.ts'

/** Why a step is due, for a terminal and a calendar. */
export const ROTATION_WORDS: Readonly<Record<PlannedStep['why'], string>> = {
  standby_missing: 'No standby is published: generate a key and promote it to pending.',
  standby_next: 'Generate the next standby and promote it to pending, in the same change.',
  rotation_due: 'The standby has been published long enough and takes over.',
  wait_over: 'Nothing that this key signed is on its way any more: remove it.',
}
