import CachePolicy from 'http-cache-semantics'
import { applyRules, when, type Finding, type Rule } from '../client-metadata/finding.ts'
import type { ResponseFacts } from '../client-metadata/rules/fetch-rules.ts'

/** One URL's answers to a request and to the same request with its ETag. */
export interface CachedAnswer {
  readonly response: ResponseFacts
  /** Status of the conditional request; undefined: none was made. */
  readonly conditionalStatus: number | undefined
}

interface CachingSubject extends CachedAnswer {
  /** Whether a shared cache such as a server's may keep the answer at all. */
  readonly storable: boolean
  /** How long it stays fresh from now, its age taken off. */
  readonly freshSeconds: number
}

const age = ({ response }: CachingSubject) => Number(response.headers.age ?? 0)

export const CACHING_RULES: readonly Rule<CachingSubject>[] = [
  {
    id: 'cache-stale-on-arrival',
    severity: 'warning',
    step: 18,
    section: 'RFC 9111 4.2',
    message: 'The answer is stale when it arrives: an edge keeps it longer than it says.',
    fix: 'Let the edge follow the origin’s max-age, or purge it.',
    check: (subject) =>
      when(subject.storable && age(subject) > 0 && subject.freshSeconds <= 0, 'age'),
  },
  {
    id: 'cache-not-shared',
    severity: 'warning',
    step: 18,
    section: 'RFC 9111 3',
    message: 'A shared cache may not keep the answer, whatever its max-age says.',
    fix: 'Send Cache-Control: public, max-age=600, without Vary: * and without cookies.',
    check: ({ storable, response }) =>
      when(!storable && !('set-cookie' in response.headers), 'cache-control'),
  },
  {
    id: 'cache-no-validator',
    severity: 'info',
    step: 18,
    section: 'RFC 9110 8.8',
    message: 'The answer has neither ETag nor Last-Modified: it is sent whole each time.',
    fix: 'Let the host send an ETag.',
    check: ({ response: { headers } }) =>
      when(headers.etag === undefined && headers['last-modified'] === undefined, 'etag'),
  },
  {
    id: 'cache-validator-ignored',
    severity: 'info',
    step: 18,
    section: 'RFC 9110 13.1.2',
    message: 'The host sends the whole answer although its own ETag was in the request.',
    fix: 'Nothing breaks; an ETag that changes with each answer is the usual cause.',
    check: ({ conditionalStatus }) => when(conditionalStatus === 200, 'if-none-match'),
  },
  {
    id: 'cache-validator-broken',
    severity: 'error',
    step: 18,
    section: 'RFC 9110 13.1.2',
    message: 'A request with the host’s own ETag fails: servers that keep the document lose it.',
    fix: 'Answer 304, or 200 with the document.',
    check: ({ conditionalStatus: status }) =>
      when(status !== undefined && status !== 200 && status !== 304, 'if-none-match'),
  },
]

/** What caches make of an answer, computed as a shared cache would. */
export function cachingFindings(answer: CachedAnswer): readonly Finding[] {
  const { status, headers } = answer.response
  const policy = new CachePolicy({ headers: {} }, { status, headers: { ...headers } })
  return applyRules(CACHING_RULES, {
    ...answer,
    storable: policy.storable(),
    freshSeconds: policy.timeToLive() / 1000,
  })
}
