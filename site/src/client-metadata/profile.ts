import type { DocumentText } from './document-text.ts'
import type { UntypedDocument } from './members.ts'
import type { ResponseFacts } from './rules/fetch-rules.ts'

/** `tried`: seen on the running server. `read`: taken from its source or its documentation. */
export type Basis = 'tried' | 'read'

/** What one server can know of a document. */
export interface ProfileSubject {
  /** As given in a request. */
  readonly clientId: string
  readonly response: ResponseFacts | undefined
  readonly bodyBytes: number
  /** Undefined: nothing was read. */
  readonly text: DocumentText | undefined
  /** The step at which the connection failed, if it did. */
  readonly unreachableAt: number | undefined
}

export interface ProfileRule {
  readonly id: string
  /** Of the evaluation, 1 to 19. */
  readonly step: number
  readonly basis: Basis
  /** Where it was seen: a file, a page, a test. */
  readonly source: string
  /** For people, as the rest of "refuses …" or "leaves out …". */
  readonly words: string
  readonly effect: 'reject' | 'lose'
  /** Members that break the rule, or that are lost. Empty: it holds. */
  readonly check: (subject: ProfileSubject) => readonly string[]
}

/** How one authorization server treats documents. */
export interface Profile<Id extends string = string> {
  readonly id: Id
  readonly name: string
  /** What was tried or read. */
  readonly version: string
  /** ISO date of that. */
  readonly dated: string
  /** What has to be true of the server for this to apply. */
  readonly assumes: string
  /** False: it serves another protocol, and its refusal says nothing to MCP clients. */
  readonly mcp: boolean
  /** In the order of the steps. */
  readonly rules: readonly ProfileRule[]
}

export interface ProfileVerdict {
  readonly verdict: 'accepted' | 'accepted-with-loss' | 'rejected'
  /** Where it was rejected; null when it was not. */
  readonly step: number | null
  /** The rule that rejected it; null when none did. */
  readonly rule: string | null
  /** Members that the server drops or changes. */
  readonly lost: readonly string[]
  readonly mcp: boolean
}

/** Makes rules of one basis; `reject` is what most of them do. */
export function rulesOf(basis: Basis) {
  return (
    id: string,
    step: number,
    source: string,
    words: string,
    check: ProfileRule['check'],
    effect: ProfileRule['effect'] = 'reject',
  ): ProfileRule => ({ id, step, basis, source, words, effect, check })
}

/** What a server would do: its first refusal, or what it leaves out. */
export function judge({ rules, mcp }: Profile, subject: ProfileSubject): ProfileVerdict {
  const unreachable = subject.unreachableAt
  const before = rules.filter(({ step }) => unreachable === undefined || step < unreachable)
  const refusal = before.find(
    ({ effect, check }) => effect === 'reject' && check(subject).length > 0,
  )
  if (refusal !== undefined) {
    return { verdict: 'rejected', step: refusal.step, rule: refusal.id, lost: [], mcp }
  }
  if (unreachable !== undefined) {
    return { verdict: 'rejected', step: unreachable, rule: 'unreachable', lost: [], mcp }
  }
  // A body that could not be opened: nobody can say that a server would take it.
  if (subject.text === undefined) {
    return { verdict: 'rejected', step: 8, rule: 'unread', lost: [], mcp }
  }
  const lost = rules.flatMap(({ effect, check }) => (effect === 'lose' ? check(subject) : []))
  const verdict = lost.length > 0 ? 'accepted-with-loss' : 'accepted'
  return { verdict, step: null, rule: null, lost: [...new Set(lost)], mcp }
}

/** For checks of members: nothing to check while no document was read. */
export function ofDocument(
  check: (document: UntypedDocument, clientId: string) => readonly string[],
): ProfileRule['check'] {
  return ({ text, clientId }) =>
    text?.document === undefined ? [] : check(text.document, clientId)
}
