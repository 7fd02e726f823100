import type { Rule } from './finding.ts'
import { AUTHENTICATION_RULES } from './rules/authentication-rules.ts'
import { CACHE_RULES } from './rules/cache-rules.ts'
import { FETCH_RULES, RESPONSE_RULES, type ResponseFacts } from './rules/fetch-rules.ts'
import { GRANT_RULES } from './rules/grant-rules.ts'
import type { DocumentSubject } from './rules/document-subject.ts'
import { MEMBER_RULES } from './rules/member-rules.ts'
import { REDIRECT_RULES } from './rules/redirect-rules.ts'
import { SIZE_RULES, TEXT_RULES } from './rules/text-rules.ts'
import { URL_RULES } from './rules/url-rules.ts'

/** What is asked of an answer's status and headers. */
export const ANSWER_RULES: readonly Rule<ResponseFacts>[] = [...RESPONSE_RULES, ...CACHE_RULES]

/** What is asked of the members of a document. */
export const DOCUMENT_RULES: readonly Rule<DocumentSubject>[] = [
  ...MEMBER_RULES,
  ...AUTHENTICATION_RULES,
  ...REDIRECT_RULES,
  ...GRANT_RULES,
]

/** Every rule by what it is about; for lists of rules, and for the test that an id is used once. */
export const RULES: readonly Rule<never>[] = [
  ...URL_RULES,
  ...Object.values(FETCH_RULES),
  ...ANSWER_RULES,
  ...SIZE_RULES,
  ...TEXT_RULES,
  ...DOCUMENT_RULES,
]
