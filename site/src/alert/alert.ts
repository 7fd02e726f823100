import type { Verdict } from '../check/verdict.ts'
import { wordsOf, type FindingWords } from '../check/words.ts'
import type { IncidentEvent } from '../history/incidents.ts'

/** What people are told about one change of one incident. All words are ours: nothing of a peer is in it. */
export interface Alert {
  /** Stable; receivers can tell by it what they have already. */
  readonly key: string
  readonly kind: IncidentEvent['kind']
  readonly incident: string
  readonly url: string
  readonly verdict: Verdict
  /** ISO 8601 in UTC. */
  readonly since: string
  readonly at: string
  readonly title: string
  readonly findings: readonly FindingWords[]
}

/** That one change went through one channel. */
export interface Delivery {
  readonly key: string
  readonly channel: string
  /** ISO 8601 in UTC. */
  readonly at: string
}

/** One change of one incident; what deliveries are counted by. */
export function eventKey({ incident, kind, at }: IncidentEvent): string {
  return `${incident}/${kind}/${at}`
}

export function alertOf(event: IncidentEvent, origin: string): Alert {
  const { kind, incident, path, verdict, since, at, findings } = event
  const url = `${origin}${path}`
  return {
    key: eventKey(event),
    kind,
    incident,
    url,
    verdict,
    since,
    at,
    title: `${TITLES[kind](verdict)}: ${url}`,
    findings: findings.map(wordsOf),
  }
}

const TITLES: Readonly<Record<IncidentEvent['kind'], (verdict: Verdict) => string>> = {
  opened: (verdict) => (verdict === 'bad' ? 'Sign-ins fail' : 'Trouble ahead'),
  changed: (verdict) => (verdict === 'bad' ? 'Sign-ins fail, for another reason' : 'Still trouble'),
  closed: () => 'Well again',
}

/** The same in Markdown, as issues and comments show it. */
export function alertMarkdown({ kind, url, since, at, findings }: Alert): string {
  const when =
    kind === 'closed' ? `Failing from ${since} to ${at}.` : `Failing since ${since}, seen at ${at}.`
  const list = findings.map(
    ({ id, message, fix, section }) => `- **${message}** ${fix} (\`${id}\`, ${section})`,
  )
  return [url, '', when, '', ...list].join('\n')
}
