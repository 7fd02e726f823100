import type { Verdict } from '../check/verdict.ts'
import type { Status } from './status.ts'
import { instantWords, VERDICT_WORDS } from './words.ts'

/** White text on each has a contrast of at least 4.5. */
const COLORS: Readonly<Record<Verdict, string>> = {
  ok: '#2f7d4f',
  degraded: '#8a5a00',
  bad: '#b3261e',
  unknown: '#5a5f6b',
}

/** `/status.svg`: one word, with its moment in the title, since a picture may be kept by others. */
export function renderBadge({ verdict, lastCheck }: Status): string {
  const word = VERDICT_WORDS[verdict][0]
  const when = lastCheck === null ? 'never checked' : `checked ${instantWords(lastCheck)}`
  const width = 62 + word.length * 8 + 12
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="identity: ${word}, ${when}">
<title>identity: ${word}, ${when}</title>
<clipPath id="round"><rect width="${width}" height="20" rx="4"/></clipPath>
<g clip-path="url(#round)">
<rect width="62" height="20" fill="#3b3f48"/>
<rect x="62" width="${width - 62}" height="20" fill="${COLORS[verdict]}"/>
</g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="8" y="14">identity</text>
<text x="68" y="14">${word}</text>
</g>
</svg>
`
}

/** `/badge.json`: the endpoint format of shields.io. */
export function renderBadgeEndpoint({ verdict }: Status): string {
  const badge = {
    schemaVersion: 1,
    label: 'identity',
    message: VERDICT_WORDS[verdict][0].toLowerCase(),
    color: COLORS[verdict].slice(1),
    isError: verdict === 'bad',
    cacheSeconds: 300,
  }
  return `${JSON.stringify(badge)}\n`
}
