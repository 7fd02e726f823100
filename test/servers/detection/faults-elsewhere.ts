import type { Fault } from './cases.ts'
import { at, document, body, status, redirect, isBot, fault, SHELL, HTML } from './changes.ts'
import { DOCUMENT_PATH, ORIGIN, OTHER_HOST } from './identity.ts'

const CHALLENGE = '<!doctype html><title>Just a moment…</title>'

/** What is not there, is somewhere else, or is something else. */
export const ELSEWHERE: readonly Fault[] = [
  // What is not there, or is somewhere else.
  fault(
    'moved-301',
    'The host was renamed and answers 301',
    'response-redirect',
    document(redirect(301, `https://${OTHER_HOST}${DOCUMENT_PATH}`)),
    'npmx-dev/npmx.dev#1877',
  ),
  fault(
    'slash-308',
    'A trailing slash is added by 308',
    'response-redirect',
    at(DOCUMENT_PATH, redirect(308, `https://${OTHER_HOST}${DOCUMENT_PATH}`)),
  ),
  fault(
    'gone-404',
    'The document is gone after a move',
    'response-status',
    document(status(404, 'Not found', 'text/plain')),
    'ewanc26/inkwell#6',
  ),
  fault(
    'domain-404',
    'A migrated domain answers 404 with an HTML page',
    'response-status',
    document(status(404, SHELL)),
    'anthropics/claude-ai-mcp#518',
  ),
  fault(
    'error-500',
    'The host answers 500',
    'response-status',
    document(status(500, '{}', 'application/json')),
  ),
  fault(
    'maintenance-503',
    'A maintenance page with 503',
    'response-challenge',
    document(status(503, '<!doctype html><title>Back soon</title>')),
  ),
  fault('no-content-204', 'The host answers 204', 'response-status', document(status(204))),
  fault(
    'body-with-404',
    'The right bytes with status 404',
    'response-status',
    document((healthy) => ({ ...healthy, status: 404 })),
  ),
  fault(
    'login-302',
    'A preview’s login in front of it',
    'response-redirect',
    document(redirect(302, `https://${OTHER_HOST}/login`)),
    'frontpagefyi/frontpage#239',
  ),
  fault(
    'login-401',
    'A password in front of it',
    'response-status',
    document(status(401, '<!doctype html><title>Sign in</title>')),
    'frontpagefyi/frontpage#239',
  ),
  fault(
    'cookie-wall',
    'A cookie wall redirects to itself',
    'response-redirect',
    document((_healthy) => ({
      status: 302,
      headers: { location: `${ORIGIN}${DOCUMENT_PATH}`, 'set-cookie': 'seen=1' },
      body: '',
    })),
  ),
  // Something else instead.
  fault(
    'shell-200',
    'The site’s HTML shell with 200',
    'document-too-large',
    document((healthy) => ({ ...healthy, headers: { 'content-type': HTML }, body: SHELL })),
    'anthropics/claude-ai-mcp#96',
  ),
  fault(
    'shell-as-json',
    'An HTML page that calls itself JSON',
    'text-html',
    document(body('<!doctype html><title>Acme</title>')),
    'seethroughlab/familiar#125',
  ),
  fault(
    'challenge-all',
    'A bot challenge for everybody',
    'response-challenge',
    document(status(403, CHALLENGE)),
    'anthropics/claude-code#84263',
  ),
  fault(
    'challenge-bots',
    'A bot challenge for programs, by user agent',
    'answer-depends-on-client',
    document((healthy, ask) =>
      isBot(ask) ? { status: 403, headers: { 'content-type': HTML }, body: CHALLENGE } : healthy,
    ),
    'anthropics/claude-ai-mcp#650',
  ),
  fault(
    'challenge-quiet',
    'A bot challenge for whoever sends no Accept',
    'answer-depends-on-client',
    document((healthy, ask) =>
      ask.headers.accept === undefined
        ? { status: 403, headers: { 'content-type': HTML }, body: CHALLENGE }
        : healthy,
    ),
    'cloudflare/workers-oauth-provider#248',
  ),
  fault(
    'limit-429',
    'A rate limit’s page',
    'response-challenge',
    document(status(429, '<!doctype html><title>Too many requests</title>')),
  ),
  fault(
    'negotiated',
    'Accept: */* gets HTML',
    'answer-depends-on-client',
    document((healthy, ask) =>
      ask.headers.accept === '*/*'
        ? { ...healthy, headers: { 'content-type': HTML }, body: SHELL }
        : healthy,
    ),
  ),
]
