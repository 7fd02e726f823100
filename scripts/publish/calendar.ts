import { createEvents } from 'ics'
import type { PlannedStep } from '../../site/src/client-metadata/keys/plan.ts'
import { ROTATION_WORDS } from './rotation-words.ts'

/** A timetable as an iCalendar file (RFC 5545). `now` is when it was made. Throws what the library finds. */
export function rotationCalendar(
  steps: readonly PlannedStep[],
  clientHost: string,
  now: string,
): string {
  const { error, value } = createEvents(
    steps.map(({ at, action, kid, why }, index) => ({
      start: dateArray(at),
      startInputType: 'utc' as const,
      startOutputType: 'utc' as const,
      duration: { hours: 1 },
      timestamp: Date.parse(now),
      uid: `${at}-${action}-${String(index)}@${clientHost}`,
      title: `Signet: ${action} ${kid ?? 'the next key'}`,
      description: ROTATION_WORDS[why],
      productId: 'signet',
    })),
  )
  if (typeof value !== 'string') throw error ?? new Error('no calendar was made')
  return value
}

function dateArray(instant: string): [number, number, number, number, number] {
  const date = new Date(instant)
  return [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  ]
}
