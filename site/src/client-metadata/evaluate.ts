import { readDocumentText, type DocumentText } from './document-text.ts'
import { applyRules, type Finding } from './finding.ts'
import { MAX_DOCUMENT_BYTES } from './limits.ts'
import { textMember } from './members.ts'
import { parseUrl } from './parse-url.ts'
import { judge, type ProfileVerdict } from './profile.ts'
import { PROFILES, type ProfileId } from './profiles.ts'
import { isLoopbackHost } from './public-host.ts'
import { ANSWER_RULES, DOCUMENT_RULES } from './rules.ts'
import type { ResponseFacts } from './rules/fetch-rules.ts'
import { KEY_SET_RULES } from './rules/key-rules.ts'
import { SIZE_RULES, TEXT_RULES } from './rules/text-rules.ts'
import { URL_RULES } from './rules/url-rules.ts'

/** `bad`: a server must refuse it. `degraded`: at least one does. */
export type Verdict = 'ok' | 'degraded' | 'bad'

/** What is known of a document; nothing in it is trusted. */
export interface EvaluationInput {
  /** The URL a server would be given. Undefined: what the document says of itself. */
  readonly clientId: string | undefined
  /** As far as it was read, which is one byte beyond the limit at most. Undefined: there was no answer. */
  readonly body: Uint8Array | undefined
  /** Undefined: it did not come over HTTP. */
  readonly response: ResponseFacts | undefined
  /** What went wrong while asking, from whoever asked: for the document, and for its keys. */
  readonly fetchFindings: readonly Finding[]
  /** The parsed answer of jwks_uri. Undefined: nobody asked. */
  readonly keySet: { readonly value: unknown } | undefined
  readonly profiles: readonly ProfileId[]
  /** For identities of a developer's own machine: loopback hosts are no fault of theirs. */
  readonly allowLoopback: boolean
}

export interface StepResult {
  readonly number: number
  readonly title: string
  /** `left-out`: nothing to evaluate it with, or a step before it failed. */
  readonly result: 'passed' | 'failed' | 'left-out'
}

export interface Evaluation {
  readonly verdict: Verdict
  /** What the document was compared with; undefined when neither URL nor document say. */
  readonly clientId: string | undefined
  /** The first step at which every server must refuse. */
  readonly stoppedAt: number | undefined
  readonly steps: readonly StepResult[]
  readonly findings: readonly Finding[]
  readonly profiles: Readonly<Partial<Record<ProfileId, ProfileVerdict>>>
}

/** What an authorization server does with a client_id that is a URL, in its order. */
export const STEPS: readonly string[] = [
  'The URL as written',
  'Policy and rate limits',
  'Cache lookup',
  'Addresses of the host',
  'Connection and request',
  'Status 200',
  'Content type',
  'Size',
  'UTF-8, JSON, one object',
  'client_id is the URL',
  'Nothing forbidden',
  'Authentication method and keys',
  'Names and addresses',
  'Redirect URIs',
  'Grant and response types',
  'The request’s redirect URI',
  'Consent page',
  'Keeping the answer',
  'Changes later',
]

/** For a document that names no client_id: a well-formed URL that it cannot be the document of. */
const UNKNOWN_CLIENT_ID = 'https://unknown.invalid/client.json'

/** A server’s own business: nothing in a document decides it. */
const OWN_STEPS = new Set([2, 3])
/** Steps that only an answer over HTTP can pass. */
const ANSWER_STEPS = new Set([4, 5, 6, 7, 18])
/** What a host of one's own machine is found guilty of, by any other measure. */
const LOOPBACK_FINDINGS = new Set(['url-private-host', 'uri-private-host'])

/**
 * Evaluates a document as an authorization server would, step by step, and goes on behind a failure as far
 * as there is something to look at: people want all faults at once. Pure, and the same in a browser.
 */
export function evaluate(input: EvaluationInput): Evaluation {
  const { body, response } = input
  const readable = body !== undefined && body.length <= MAX_DOCUMENT_BYTES && !isEncoded(response)
  const text = readable ? readDocumentText(body) : undefined
  const clientId = input.clientId ?? (text?.document && textMember(text.document, 'client_id'))
  const isLocal = input.allowLoopback && isLoopbackHost(parseUrl(clientId ?? '')?.hostname ?? '')
  const findings = [
    ...(clientId === undefined ? [] : applyRules(URL_RULES, clientId)),
    ...input.fetchFindings,
    ...(response === undefined ? [] : applyRules(ANSWER_RULES, response)),
    ...(body === undefined ? [] : applyRules(SIZE_RULES, body.length)),
    ...(text === undefined ? [] : textFindings(text, clientId)),
    ...(input.keySet === undefined ? [] : applyRules(KEY_SET_RULES, input.keySet.value)),
  ]
    .filter(({ id }) => !(isLocal && LOOPBACK_FINDINGS.has(id)))
    .sort((left, right) => left.step - right.step)
  const stoppedAt = findings.find(({ severity }) => severity === 'error')?.step
  const profiles = judgeAll(input, text, clientId)
  return {
    verdict: verdictOf(findings, Object.values(profiles)),
    clientId,
    stoppedAt,
    steps: stepResults(findings, stoppedAt, response !== undefined),
    findings,
    profiles,
  }
}

/** Compressed although only identity was accepted: opening it is how a small answer becomes a huge one. */
function isEncoded(response: ResponseFacts | undefined): boolean {
  return !['identity', undefined].includes(response?.headers['content-encoding'])
}

function textFindings(text: DocumentText, clientId: string | undefined): readonly Finding[] {
  const { document } = text
  const members =
    document === undefined ? [] : applyRules(DOCUMENT_RULES, { document, clientId: clientId ?? '' })
  return [...applyRules(TEXT_RULES, text), ...members]
}

function judgeAll(
  { profiles, body, response, fetchFindings }: EvaluationInput,
  text: DocumentText | undefined,
  clientId: string | undefined,
): Evaluation['profiles'] {
  const subject = {
    clientId: clientId ?? UNKNOWN_CLIENT_ID,
    response,
    bodyBytes: body?.length ?? 0,
    text,
    unreachableAt: fetchFindings.find(({ step }) => step <= 5)?.step,
  }
  return Object.fromEntries(
    PROFILES.filter(({ id }) => profiles.includes(id)).map((profile) => [
      profile.id,
      judge(profile, subject),
    ]),
  )
}

function verdictOf(findings: readonly Finding[], profiles: readonly ProfileVerdict[]): Verdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'bad'
  const refused = profiles.some(({ verdict, mcp }) => mcp && verdict === 'rejected')
  return refused || findings.some(({ severity }) => severity === 'warning') ? 'degraded' : 'ok'
}

function stepResults(
  findings: readonly Finding[],
  stoppedAt: number | undefined,
  answered: boolean,
): readonly StepResult[] {
  return STEPS.map((title, index) => {
    const number = index + 1
    const failed = findings.some(({ step, severity }) => step === number && severity === 'error')
    const unknown = OWN_STEPS.has(number) || (ANSWER_STEPS.has(number) && !answered)
    const behind = stoppedAt !== undefined && number > stoppedAt
    return { number, title, result: failed ? 'failed' : unknown || behind ? 'left-out' : 'passed' }
  })
}
