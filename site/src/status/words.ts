import type { Verdict } from '../check/verdict.ts'
import { WHOLE_ORIGIN } from '../history/observe.ts'

/** What a verdict is called in one word, and in a sentence. */
export const VERDICT_WORDS: Readonly<Record<Verdict, readonly [word: string, sentence: string]>> = {
  ok: ['OK', 'Servers can read this identity.'],
  degraded: ['Degraded', 'Sign-ins work; something is wrong that will break them, or some server.'],
  bad: ['Failing', 'Servers cannot read this identity as it should be: sign-ins fail.'],
  unknown: ['Unknown', 'Nobody has looked lately.'],
}

/** Written out, with its zone: the page is the same everywhere. */
export function instantWords(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`
}

/** Rounded down, so that 100 % is never said of anything less. */
export function shareWords(share: number | null | undefined): string {
  if (share === null || share === undefined) return 'no data'
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`
}

/** `2 h 05 min`, `45 min`, `3 d 4 h`. */
export function durationWords(fromMs: number, toMs: number): string {
  const minutes = Math.max(0, Math.round((toMs - fromMs) / 60_000))
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** What an incident is about: a path, with the digits of a hash cut, or all of them. */
export function placeWords(path: string): string {
  if (path === WHOLE_ORIGIN) return 'The whole host'
  return path.replace(/([0-9a-f]{8})[0-9a-f]{56}/, '$1…')
}

/** `12 addresses: 1 failing, 11 OK.` */
export function countWords(verdicts: readonly Verdict[]): string {
  const counts = VERDICTS.flatMap((verdict) => {
    const count = verdicts.filter((each) => each === verdict).length
    return count === 0
      ? []
      : [`${count} ${VERDICT_WORDS[verdict][0].replace(/^[A-Z](?=[a-z])/, lower)}`]
  })
  return `${verdicts.length} addresses: ${counts.join(', ')}.`
}

const VERDICTS = ['bad', 'degraded', 'unknown', 'ok'] as const
const lower = (letter: string) => letter.toLowerCase()
