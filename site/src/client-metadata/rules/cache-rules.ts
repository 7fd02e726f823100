import { when, type Rule } from '../finding.ts'
import { LONGEST_USEFUL_CACHE_SECONDS, SHORTEST_USEFUL_CACHE_SECONDS } from '../limits.ts'
import type { ResponseFacts } from './fetch-rules.ts'

const AT = 'cache-control'

/** For how long shared caches may keep an answer: `s-maxage`, then `max-age`. Undefined: it does not say. */
function freshSeconds({ headers }: ResponseFacts): number | undefined {
  const value = headers['cache-control'] ?? ''
  const directive =
    /(?:^|,)\s*s-maxage\s*=\s*"?(\d+)/i.exec(value) ??
    /(?:^|,)\s*max-age\s*=\s*"?(\d+)/i.exec(value)
  return directive?.[1] === undefined ? undefined : Number(directive[1])
}

function isUncacheable({ headers }: ResponseFacts): boolean {
  const control = /(?:^|,)\s*(?:no-store|no-cache|private)\b/i.test(headers['cache-control'] ?? '')
  return control || (headers.vary ?? '').split(',').some((field) => field.trim() === '*')
}

/** Step 18, and what else an answer's headers say to those who come again. */
export const CACHE_RULES: readonly Rule<ResponseFacts>[] = [
  {
    id: 'cache-forbidden',
    severity: 'warning',
    step: 18,
    section: 'CIMD 5.2',
    message:
      'Nobody may keep the answer, so every sign-in fetches it and an outage is felt at once.',
    fix: 'Send Cache-Control: public, max-age=600, and no Vary: *.',
    check: (response) => when(isUncacheable(response), AT),
  },
  {
    id: 'cache-missing',
    severity: 'info',
    step: 18,
    section: 'CIMD 5.2',
    message: 'The answer does not say how long it stays fresh; each server guesses otherwise.',
    fix: 'Send Cache-Control: public, max-age=600.',
    check: (response) => when(!isUncacheable(response) && freshSeconds(response) === undefined, AT),
  },
  {
    id: 'cache-too-short',
    severity: 'info',
    step: 18,
    section: 'CIMD 5.2',
    message: `The answer is fresh for less than ${SHORTEST_USEFUL_CACHE_SECONDS} seconds.`,
    fix: 'Five minutes to an hour carries servers over a short outage.',
    check: (response) =>
      when((freshSeconds(response) ?? Infinity) < SHORTEST_USEFUL_CACHE_SECONDS, AT),
  },
  {
    id: 'cache-too-long',
    severity: 'info',
    step: 18,
    section: 'CIMD 5.2',
    message: 'The answer stays fresh for more than a day, and so does a mistake in it.',
    fix: 'Five minutes to an hour; the URL never changes, so it must not be immutable.',
    check: (response) => when((freshSeconds(response) ?? 0) > LONGEST_USEFUL_CACHE_SECONDS, AT),
  },
  {
    id: 'header-nosniff',
    severity: 'info',
    step: 7,
    section: 'CIMD 5',
    message: 'The answer lacks X-Content-Type-Options: nosniff.',
    fix: 'Send it, so that no browser takes the document for something else.',
    check: ({ headers }) =>
      when(headers['x-content-type-options'] !== 'nosniff', 'x-content-type-options'),
  },
  {
    id: 'header-cors',
    severity: 'info',
    step: 5,
    section: 'CIMD 5',
    message: 'Browser tools cannot read the document.',
    fix: 'Send Access-Control-Allow-Origin: *; there is nothing in it to protect.',
    check: ({ headers }) =>
      when(headers['access-control-allow-origin'] !== '*', 'access-control-allow-origin'),
  },
]
