import type { Rule } from '../client-metadata/finding.ts'
import { RULES } from '../client-metadata/rules.ts'
import { KEY_SET_UNREADABLE } from '../client-metadata/rules/key-rules.ts'
import { CACHING_RULES } from './caching.ts'
import { CERTIFICATE_RULES } from './certificate.ts'
import { DRIFT_RULES } from './drift.ts'
import { PAGE_RULES } from './pages.ts'
import { PUBLISHED_KEY_RULES } from './published-keys.ts'
import { RUN_RULE } from './run.ts'
import { SAMENESS_RULES } from './sameness.ts'
import { VANTAGE_PROBLEM_RULES } from './globalping.ts'
import { NO_ANSWER_RULE, VANTAGE_RULES } from './vantage.ts'

/** What a finding says to people, by its id: histories keep ids only. */
export interface FindingWords {
  readonly id: string
  readonly message: string
  readonly fix: string
  readonly section: string
}

/** Every finding that a check can make. */
export const CHECK_RULES: readonly Rule<never>[] = [
  ...RULES,
  KEY_SET_UNREADABLE,
  ...CERTIFICATE_RULES,
  ...CACHING_RULES,
  ...DRIFT_RULES,
  ...PAGE_RULES,
  ...PUBLISHED_KEY_RULES,
  ...SAMENESS_RULES,
  RUN_RULE,
  NO_ANSWER_RULE,
  ...VANTAGE_RULES,
  ...Object.values(VANTAGE_PROBLEM_RULES),
]

/** An id of a later or earlier version of this program has no words here. */
export function wordsOf(id: string): FindingWords {
  const rule = CHECK_RULES.find((each) => each.id === id)
  const { message, fix, section } = rule ?? UNKNOWN
  return { id, message, fix, section }
}

const UNKNOWN = {
  message: 'A finding of another version of Signet.',
  fix: 'Look it up there.',
  section: '-',
}
