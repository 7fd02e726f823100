import { applyRules, when, type Finding, type Rule } from '../client-metadata/finding.ts'
import { RESPONSE_RULES, type ResponseFacts } from '../client-metadata/rules/fetch-rules.ts'
import { MAX_LOGO_BYTES } from './limits.ts'
import type { TargetKind } from './targets.ts'

/** A page or picture as it was answered. */
export interface PageAnswer {
  readonly kind: TargetKind
  readonly response: ResponseFacts
  readonly bytes: number
}

const header = ({ response }: PageAnswer, name: string) => response.headers[name] ?? ''
const isHtml = (answer: PageAnswer) => /^text\/html\b/i.test(header(answer, 'content-type'))
const isPage = ({ kind }: PageAnswer) => kind === 'page' || kind === 'callback'

/** Directives without which another origin could run, frame or receive something of the bounce page. */
const CALLBACK_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]

export const PAGE_RULES: readonly Rule<PageAnswer>[] = [
  {
    id: 'page-not-html',
    severity: 'error',
    step: 13,
    section: 'RFC 7591 2',
    message: 'The page is not sent as HTML.',
    fix: 'Send Content-Type: text/html; charset=utf-8.',
    check: (answer) => when(isPage(answer) && !isHtml(answer), 'content-type'),
  },
  {
    id: 'callback-csp',
    severity: 'error',
    step: 14,
    section: 'RFC 9700 4.2.4',
    message: 'The bounce page lacks a part of its content security policy.',
    fix: 'Send the headers of the generated host configuration with it.',
    check: (answer) =>
      answer.kind === 'callback'
        ? missingDirectives(header(answer, 'content-security-policy'))
        : [],
  },
  {
    id: 'callback-stored',
    severity: 'error',
    step: 14,
    section: 'RFC 9700 4.2.4',
    message: 'The bounce page may be stored, and its address holds a code.',
    fix: 'Send Cache-Control: no-store with it.',
    check: (answer) =>
      when(
        answer.kind === 'callback' && !/\bno-store\b/i.test(header(answer, 'cache-control')),
        'cache-control',
      ),
  },
  {
    id: 'callback-referrer',
    severity: 'error',
    step: 14,
    section: 'RFC 9700 4.2.4',
    message: 'The bounce page may send its address, which holds a code, to others.',
    fix: 'Send Referrer-Policy: no-referrer with it.',
    check: (answer) =>
      when(
        answer.kind === 'callback' && header(answer, 'referrer-policy') !== 'no-referrer',
        'referrer-policy',
      ),
  },
  {
    id: 'logo-not-image',
    severity: 'warning',
    step: 17,
    section: 'CIMD 8.8',
    message: 'The logo is not sent as an image.',
    fix: 'Send Content-Type: image/png.',
    check: (answer) =>
      when(
        answer.kind === 'logo' && !/^image\//i.test(header(answer, 'content-type')),
        'content-type',
      ),
  },
  {
    id: 'logo-too-large',
    severity: 'warning',
    step: 17,
    section: 'CIMD 8.8',
    message: `The logo is larger than ${MAX_LOGO_BYTES} bytes; servers that load it give up.`,
    fix: 'Publish a smaller picture, 512 pixels square.',
    check: ({ kind, bytes }) => when(kind === 'logo' && bytes > MAX_LOGO_BYTES, 'body'),
  },
]

const PAGE_RESPONSE_RULES = RESPONSE_RULES.filter(({ id }) => id !== 'response-content-type')

/** What is wrong with a page or picture, whatever its bytes. */
export function pageFindings(answer: PageAnswer): readonly Finding[] {
  const general = applyRules(PAGE_RESPONSE_RULES, answer.response)
  const failed = general.some(({ severity }) => severity === 'error')
  return failed ? general : [...general, ...applyRules(PAGE_RULES, answer)]
}

function missingDirectives(policy: string): readonly string[] {
  const present = new Set(policy.split(';').map((directive) => directive.trim()))
  return CALLBACK_CSP.filter((directive) => !present.has(directive))
}
