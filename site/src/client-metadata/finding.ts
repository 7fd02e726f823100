import { MAX_PLACES, MAX_SHOWN_CHARS } from './limits.ts'

/** `error`: a server must refuse it. `warning`: at least one does. `info`: worth a look. */
export type Severity = 'error' | 'warning' | 'info'

/** One thing that is wrong, in words that stand alone. Nothing in it but `at` comes from the document. */
export interface Finding {
  /** Stable; what tests and other programs compare. */
  readonly id: string
  readonly severity: Severity
  /** Where it is written: CIMD is draft-ietf-oauth-client-id-metadata-document-02. */
  readonly section: string
  readonly message: string
  readonly fix: string
  /** Of the evaluation, 1 to 19. */
  readonly step: number
  /** Members, headers or indexes; names of unknown members are JSON-encoded and cut. */
  readonly at: readonly string[]
}

/** A rule is one finding and when to make it. Pure: the same subject always gives the same answer. */
export interface Rule<Subject> extends Omit<Finding, 'at'> {
  /** Where it is broken. Empty: it holds. */
  readonly check: (subject: Subject) => readonly string[]
}

/** Most rules hold for most documents: their answer is not made anew each time. */
const NOWHERE: readonly never[] = []

export function applyRules<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
): readonly Finding[] {
  return rules.flatMap((rule): readonly Finding[] => {
    const at = rule.check(subject)
    if (at.length === 0) return NOWHERE
    const { check: _check, ...finding } = rule
    return [{ ...finding, at: at.slice(0, MAX_PLACES) }]
  })
}

/** A finding of a rule that something else than a subject has broken, such as a connection. */
export function findingOf({ check: _check, ...finding }: Rule<never>, at: string): Finding {
  return { ...finding, at: [at] }
}

/** For checks of one place: named when it is broken. */
export function when(broken: boolean, place: string): readonly string[] {
  return broken ? [place] : NOWHERE
}

/** A stranger's text as one short, printable line. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, MAX_SHOWN_CHARS))
}
