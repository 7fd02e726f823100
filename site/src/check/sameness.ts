import { applyRules, when, type Finding, type Rule } from '../client-metadata/finding.ts'
import { RESPONSE_RULES } from '../client-metadata/rules/fetch-rules.ts'
import type { Probe } from './probe.ts'

interface Pair {
  readonly main: Probe
  readonly other: Probe
}

export const SAMENESS_RULES: readonly Rule<Pair>[] = [
  {
    id: 'answer-depends-on-client',
    severity: 'error',
    step: 6,
    section: 'CIMD 5',
    message: 'Other clients get another answer for the same URL, by their user agent or Accept.',
    fix: 'Exempt the path from bot protection and content negotiation.',
    check: ({ main, other }) =>
      when(other.variant !== 'server' && isDifferent(main, other), other.variant),
  },
  {
    id: 'answer-depends-on-address',
    severity: 'error',
    step: 6,
    section: 'CIMD 5',
    message: 'One address of the host fails or answers with another status than the first.',
    fix: 'Take the address out of DNS until it serves the same.',
    check: ({ main, other }) =>
      when(
        other.variant === 'server' && main.response?.status !== other.response?.status,
        other.address,
      ),
  },
]

/** What is wrong when one URL is asked in several ways: everybody has to get the same. */
export function samenessFindings(answers: readonly Probe[]): readonly Finding[] {
  const [main, ...rest] = answers
  if (main?.response?.status !== 200) return []
  return rest
    .filter(({ variant }) => variant !== 'conditional')
    .flatMap((other) => [
      ...applyRules(SAMENESS_RULES, { main, other }),
      ...other.findings,
      ...(other.response === undefined ? [] : applyRules(CHALLENGE, other.response)),
    ])
}

/** A challenge explains a difference better than the difference does. */
const CHALLENGE = RESPONSE_RULES.filter(({ id }) => id === 'response-challenge')

function isDifferent(main: Probe, other: Probe): boolean {
  if (main.response?.status !== other.response?.status) return true
  return Buffer.compare(main.body ?? new Uint8Array(), other.body ?? new Uint8Array()) !== 0
}
