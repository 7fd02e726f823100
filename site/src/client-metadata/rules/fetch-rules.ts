import { when, type Rule } from '../finding.ts'
import { FETCH_TIMEOUT_MS, SHORTEST_SERVER_TIMEOUT_MS } from '../limits.ts'

/** Why there is no answer to look at. */
export type FetchProblem =
  | 'fetch-host-unknown'
  | 'fetch-private-address'
  | 'fetch-unreachable'
  | 'fetch-timeout'
  | 'fetch-tls-untrusted'
  | 'fetch-tls-expired'
  | 'fetch-tls-wrong-host'
  | 'fetch-tls-failed'
  | 'fetch-bad-answer'
  | 'file-unreadable'

/** An answer's facts, without its body. */
export interface ResponseFacts {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** From the first packet to the last byte; 0 when nobody measured. */
  readonly elapsedMs: number
}

const rule = (id: FetchProblem, step: number, message: string, fix: string): Rule<never> => ({
  id,
  severity: 'error',
  step,
  section: step === 4 ? 'CIMD 8.6' : 'CIMD 5',
  message,
  fix,
  check: () => [],
})

/** Steps 4 and 5, when they end everything. Made by whoever fetches; the words are here with all others. */
export const FETCH_RULES: Readonly<Record<FetchProblem, Rule<never>>> = {
  'fetch-host-unknown': rule(
    'fetch-host-unknown',
    4,
    'The host has no address.',
    'Check the name and its DNS records, from outside your network.',
  ),
  'fetch-private-address': rule(
    'fetch-private-address',
    4,
    'An address of the host is private, loopback or otherwise special; one is enough to be refused.',
    'Publish only public addresses for this name, for IPv4 and IPv6.',
  ),
  'fetch-unreachable': rule(
    'fetch-unreachable',
    5,
    'The host does not answer.',
    'Check that it listens on this port and that no firewall is in between.',
  ),
  'fetch-timeout': rule(
    'fetch-timeout',
    5,
    `The answer was not complete after ${FETCH_TIMEOUT_MS / 1000} seconds.`,
    'Serve the document as a static file; servers wait 2.5 to 10 seconds.',
  ),
  'fetch-tls-untrusted': rule(
    'fetch-tls-untrusted',
    5,
    'The certificate is not from an authority that servers trust, or its chain is incomplete.',
    'Use a public certificate and send its intermediates.',
  ),
  'fetch-tls-expired': rule(
    'fetch-tls-expired',
    5,
    'The certificate has expired or is not valid yet.',
    'Renew it, and watch that it is renewed.',
  ),
  'fetch-tls-wrong-host': rule(
    'fetch-tls-wrong-host',
    5,
    'The certificate is for another host.',
    'Use a certificate that names this host.',
  ),
  'fetch-tls-failed': rule(
    'fetch-tls-failed',
    5,
    'No secure connection could be made.',
    'Check that this port speaks TLS 1.2 or newer.',
  ),
  'fetch-bad-answer': rule(
    'fetch-bad-answer',
    5,
    'What came back is not HTTP.',
    'Check what listens on this port.',
  ),
  'file-unreadable': rule(
    'file-unreadable',
    5,
    'The file cannot be read.',
    'Check its name and that you may read it.',
  ),
}

const header = ({ headers }: ResponseFacts, name: string) => headers[name] ?? ''

/** A page that asks a browser to prove itself. Servers cannot. */
function isChallenge(response: ResponseFacts): boolean {
  if (header(response, 'cf-mitigated') !== '') return true
  const html = header(response, 'content-type').startsWith('text/html')
  return html && [403, 429, 503].includes(response.status)
}

const isRedirect = ({ status }: ResponseFacts) => status >= 300 && status < 400 && status !== 304

/** Steps 5 to 8, of an answer's status, headers and time. */
export const RESPONSE_RULES: readonly Rule<ResponseFacts>[] = [
  {
    id: 'response-slow',
    severity: 'warning',
    step: 5,
    section: 'CIMD 5',
    message: `The answer took longer than ${SHORTEST_SERVER_TIMEOUT_MS / 1000} seconds; oidc-provider gives up then.`,
    fix: 'Serve the document as a static file, near those who read it.',
    check: ({ elapsedMs }) => when(elapsedMs > SHORTEST_SERVER_TIMEOUT_MS, 'time'),
  },
  {
    id: 'response-redirect',
    severity: 'error',
    step: 6,
    section: 'CIMD 5',
    message: 'The answer is a redirect, and servers must not follow it.',
    fix: 'Serve the document at the client_id itself: no www, slash or https hop.',
    check: (response) => when(isRedirect(response), 'status'),
  },
  {
    id: 'response-challenge',
    severity: 'error',
    step: 6,
    section: 'CIMD 5',
    message: 'The host answers with a challenge for browsers instead of the document.',
    fix: 'Exempt this path from bot protection, or serve it where there is none.',
    check: (response) => when(isChallenge(response), 'status'),
  },
  {
    id: 'response-status',
    severity: 'error',
    step: 6,
    section: 'CIMD 5',
    message: 'The status is not 200.',
    fix: 'Answer 200 to a plain GET without cookies.',
    check: (response) =>
      when(
        response.status !== 200 && !isRedirect(response) && !isChallenge(response),
        `status ${response.status}`,
      ),
  },
  {
    id: 'response-content-type',
    severity: 'warning',
    step: 7,
    section: 'CIMD 4',
    message: 'The content type is not JSON; Better Auth and atproto refuse that.',
    fix: 'Send Content-Type: application/json.',
    check: (response) =>
      when(
        !/^application\/(?:[-\w.]+\+)?json\s*(?:;|$)/i.test(header(response, 'content-type')),
        'content-type',
      ),
  },
  {
    id: 'response-encoded',
    severity: 'error',
    step: 8,
    section: 'RFC 9110 12.5.3',
    message: 'The body is compressed although nothing else than identity was accepted.',
    fix: 'Compress only for those who ask with Accept-Encoding.',
    check: (response) =>
      when(!['', 'identity'].includes(header(response, 'content-encoding')), 'content-encoding'),
  },
  {
    id: 'response-cookie',
    severity: 'warning',
    step: 5,
    section: 'CIMD 5',
    message: 'The answer sets a cookie; shared caches then do not keep it.',
    fix: 'Serve the document without cookies.',
    check: ({ headers }) => when('set-cookie' in headers, 'set-cookie'),
  },
]
