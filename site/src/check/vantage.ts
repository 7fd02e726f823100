import { applyRules, findingOf, type Finding, type Rule } from '../client-metadata/finding.ts'
import { hostProblem, isPublicAddress, type HostProblem } from '../client-metadata/public-host.ts'
import { FETCH_RULES, type FetchProblem } from '../client-metadata/rules/fetch-rules.ts'
import type { CertificateFacts } from './certificate.ts'
import { problemOfCode } from './fetch-document.ts'
import type { PlaceAnswer, PlaceResult } from './globalping.ts'
import { judge } from './judge.ts'
import { VANTAGE } from './limits.ts'
import type { Probe } from './probe.ts'
import type { Target } from './targets.ts'
import type { Verdict } from './verdict.ts'

/** One target as one place of the world saw it. */
export interface PlaceView {
  /** `globalping: Frankfurt DE AS24940`. */
  readonly vantage: string
  readonly path: string
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  /** Milliseconds of the whole answer; 0: there was none. */
  readonly ms: number
  /** Where the name led there; null: the place did not say. */
  readonly address: string | null
}

/** Why a URL is not one that other places can ask for; they would reach something else or nothing. */
export function vantageProblem(url: string): HostProblem | undefined {
  return hostProblem(new URL(url).hostname)
}

/**
 * What one place's answer means. Body, header fields, certificate and time are judged where they came back:
 * bytes are unknown when the answer was cut off or is no UTF-8, and a place that failed does not say how.
 * Undefined: the place did not look.
 */
export function viewOf(target: Target, seen: PlaceResult, nowMs: number): PlaceView | undefined {
  const { result } = seen
  if (result.status === 'offline' || result.status === 'in-progress') return undefined
  const finished = 'statusCode' in result ? result : undefined
  const view = judge(
    target,
    finished === undefined
      ? { findings: [findingOf(NO_ANSWER_RULE, new URL(target.url).host)], answers: [] }
      : { findings: [], answers: [probeOf(target, finished)] },
    { nowMs, previous: undefined },
  )
  return {
    vantage: placeName(seen),
    path: target.path,
    verdict: view.verdict,
    findings: view.findings,
    ms: view.ms,
    address: finished?.resolvedAddress ?? null,
  }
}

function probeOf(target: Target, answer: PlaceAnswer): Probe {
  const { statusCode, headers, timings, resolvedAddress } = answer
  const problem = connectionProblem(answer)
  const elapsedMs = timings.total ?? 0
  const fields = Object.entries(headers).map(([name, value]) => {
    return [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const
  })
  const response = { status: statusCode, headers: Object.fromEntries(fields), elapsedMs }
  return {
    variant: 'server',
    address: resolvedAddress ?? '',
    // An authorization server would not have come to an answer.
    response: problem === undefined ? response : undefined,
    body: problem === undefined ? bytesOf(answer) : undefined,
    findings: problem ? [findingOf(FETCH_RULES[problem], new URL(target.url).host)] : [],
    certificate: certificateOf(answer),
  }
}

/** The places go on with certificates and addresses that an authorization server refuses. */
function connectionProblem({ resolvedAddress, tls }: PlaceAnswer): FetchProblem | undefined {
  if (resolvedAddress !== null && !isPublicAddress(resolvedAddress)) return 'fetch-private-address'
  if (tls === null) return 'fetch-tls-failed'
  return tls.authorized ? undefined : (problemOfCode(tls.error ?? '') ?? 'fetch-tls-untrusted')
}

/** Undefined: they cannot be told from the text that came back. */
function bytesOf({ rawBody, truncated }: PlaceAnswer): Uint8Array | undefined {
  // What was no UTF-8 has become replacement characters, which nobody can turn back.
  if (truncated || rawBody?.includes('\uFFFD') === true) return undefined
  return new Uint8Array(Buffer.from(rawBody ?? '', 'utf8'))
}

function certificateOf({ tls }: PlaceAnswer): CertificateFacts | undefined {
  const notBefore = Date.parse(tls?.createdAt ?? '')
  const notAfter = Date.parse(tls?.expiresAt ?? '')
  if (tls?.authorized !== true || Number.isNaN(notBefore) || Number.isNaN(notAfter))
    return undefined
  return {
    issuer: tls.issuer.O ?? tls.issuer.CN ?? '',
    fingerprint: tls.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: new Date(notBefore).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
  }
}

/** City names are the service's text: letters, spaces and little else, and not long. */
function placeName({ probe: { city, country, asn } }: PlaceResult): string {
  const name = city.replace(/[^\p{L}\p{M}\p{N} .'-]/gu, '').slice(0, 40)
  return `globalping: ${name} ${country} AS${asn}`
}

/** Of one place: it came to no answer. Its text is not meant for programs, so the reason stays open. */
export const NO_ANSWER_RULE: Rule<never> = {
  id: 'vantage-no-answer',
  severity: 'error',
  step: 5,
  section: 'CIMD 5',
  message: 'From another place of the world the host gives no answer.',
  fix: 'Ask for the URL from there: DNS, a firewall or an edge of your host differs.',
  check: () => [],
}

interface Elsewhere {
  readonly views: readonly PlaceView[]
  /** Ids that were found from here: they are said already. */
  readonly known: ReadonlySet<string>
}

/** Errors by place, as `id, place`. */
function errorsOf({ views, known }: Elsewhere): readonly string[] {
  return views.flatMap(({ vantage, findings }) => {
    const cause = findings.find(({ severity, id }) => severity === 'error' && !known.has(id))
    return cause === undefined ? [] : [`${cause.id}, ${vantage}`]
  })
}

/** What fails everywhere else is no edge: some place has to have what is expected for that. */
const isStaleEdge = ({ views }: Elsewhere) =>
  views.some(({ findings }) => !findings.some(({ id }) => id === 'version-rolled-back'))

const seriousErrors = (subject: Elsewhere) =>
  errorsOf(subject).filter((at) => !(at.startsWith('version-rolled-back,') && isStaleEdge(subject)))

/** Needs what nobody could know without looking from several networks. */
export const VANTAGE_RULES: readonly Rule<Elsewhere>[] = [
  {
    id: 'vantage-fails',
    severity: 'error',
    step: 6,
    section: 'CIMD 5',
    message: 'From several other places of the world it fails, though not from here.',
    fix: 'Exempt the path from bot protection and regional rules, and look at your host’s edges there.',
    check: (subject) => {
      const errors = seriousErrors(subject)
      return errors.length >= VANTAGE.quorum ? errors : []
    },
  },
  {
    id: 'vantage-differs',
    severity: 'info',
    step: 6,
    section: 'CIMD 5',
    message: 'From some place of the world the answer is another one than from here.',
    fix: 'Nothing to do for one place alone; look at the edge there if it stays.',
    check: (subject) => {
      const serious = seriousErrors(subject)
      return serious.length >= VANTAGE.quorum
        ? errorsOf(subject).filter((at) => !serious.includes(at))
        : errorsOf(subject)
    },
  },
]

/** What the places say about a target beyond what was found from here. */
export function vantageFindings(
  views: readonly PlaceView[],
  fromHere: readonly Finding[],
): readonly Finding[] {
  return applyRules(VANTAGE_RULES, { views, known: new Set(fromHere.map(({ id }) => id)) })
}
