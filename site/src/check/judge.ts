import { evaluate } from '../client-metadata/evaluate.ts'
import { applyRules, type Finding } from '../client-metadata/finding.ts'
import { ANSWER_RULES } from '../client-metadata/rules.ts'
import { RESPONSE_RULES } from '../client-metadata/rules/fetch-rules.ts'
import { cachingFindings } from './caching.ts'
import { certificateFindings, type CertificateFacts } from './certificate.ts'
import { driftFindings } from './drift.ts'
import { pageFindings } from './pages.ts'
import type { Probe, Probes } from './probe.ts'
import { publishedKeyFindings } from './published-keys.ts'
import { samenessFindings } from './sameness.ts'
import type { Target } from './targets.ts'
import { verdictOf, type Verdict } from './verdict.ts'

/** One target after a run. */
export interface TargetResult {
  readonly url: string
  readonly path: string
  readonly verdict: Verdict
  /** Worst first. */
  readonly findings: readonly Finding[]
  /** Of the first answer; 0: there was none. */
  readonly ms: number
  readonly certificate: CertificateFacts | undefined
}

export interface JudgeContext {
  readonly nowMs: number
  /** The certificate of the run before. */
  readonly previous: CertificateFacts | undefined
}

/** What a target's answers mean. Pure. */
export function judge(target: Target, probes: Probes, context: JudgeContext): TargetResult {
  const { answers } = probes
  const main = answers[0]
  const findings = unique([
    ...probes.findings,
    ...(main === undefined ? [] : answerFindings(target, main, conditionalStatus(answers))),
    ...samenessFindings(answers),
    ...driftFindings(target, servedBytes(answers), context.nowMs),
    ...answers.flatMap(({ certificate }) =>
      certificate === undefined ? [] : certificateFindings({ ...context, certificate }),
    ),
  ])
  return {
    url: target.url,
    path: target.path,
    verdict: verdictOf(findings),
    findings,
    ms: Math.round(main?.response?.elapsedMs ?? 0),
    certificate: main?.certificate,
  }
}

function answerFindings(
  target: Target,
  main: Probe,
  conditional: number | undefined,
): readonly Finding[] {
  const { response, body, findings } = main
  if (response === undefined) return findings
  // Headers and bytes of an answer that is none are consequences, and would hide the cause.
  const cause = applyRules(RESPONSE_RULES, response).filter(isCause)
  if (cause.length > 0) return cause
  // Seen from elsewhere, an answer may come without its bytes.
  if (body === undefined) return findings
  const caching =
    response.status === 200 ? cachingFindings({ response, conditionalStatus: conditional }) : []
  switch (target.kind) {
    case 'document':
      return [...documentFindings(target, main), ...caching]
    case 'keys':
      return [
        ...applyRules(ANSWER_RULES, response),
        ...(response.status === 200 ? publishedKeyFindings(body, target.expected) : []),
        ...caching,
      ]
    case 'copy':
      return applyRules(RESPONSE_RULES, response)
    case 'file':
      return applyRules(RESPONSE_RULES, response).filter(({ id }) => id !== 'response-content-type')
    case 'callback':
    case 'page':
    case 'logo':
      return pageFindings({ kind: target.kind, response, bytes: body.length })
  }
}

/** A status that ends everything. */
const isCause = ({ severity, step }: Finding) => severity === 'error' && step <= 6

/**
 * As an authorization server would see it, less what the intended bytes are guilty of themselves: that was
 * known when they were published, and `signet lint` says it.
 */
function documentFindings(target: Target, main: Probe): readonly Finding[] {
  const base = { clientId: target.clientId, keySet: undefined, profiles: [], allowLoopback: true }
  const intended = evaluate({
    ...base,
    body: target.expected,
    response: undefined,
    fetchFindings: [],
  })
  const known = new Set(intended.findings.map(({ id, at }) => `${id} ${at.join()}`))
  const { findings } = evaluate({
    ...base,
    body: main.body,
    response: main.response,
    fetchFindings: main.findings,
  })
  return findings.filter(({ id, at }) => !known.has(`${id} ${at.join()}`))
}

function conditionalStatus(answers: readonly Probe[]): number | undefined {
  return answers.find(({ variant }) => variant === 'conditional')?.response?.status
}

function servedBytes(answers: readonly Probe[]) {
  return answers.flatMap(({ variant, address, response, body }) =>
    variant === 'server' && response?.status === 200 && body !== undefined
      ? [{ address, bytes: body }]
      : [],
  )
}

const WEIGHT = { error: 0, warning: 1, info: 2 } as const

/** One finding per id, its places together, worst first. */
function unique(findings: readonly Finding[]): readonly Finding[] {
  const byId = new Map<string, Finding>()
  for (const finding of findings) {
    const same = byId.get(finding.id)
    const at = [...new Set([...(same?.at ?? []), ...finding.at])]
    byId.set(finding.id, { ...finding, at })
  }
  return [...byId.values()].sort((left, right) => WEIGHT[left.severity] - WEIGHT[right.severity])
}
