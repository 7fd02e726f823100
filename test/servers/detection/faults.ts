import { gzipSync } from 'node:zlib'
import { CALLBACK_PATH, JWKS_PATH } from '../../../site/src/client-metadata/clients.ts'
import type { Fault } from './cases.ts'
import {
  DOCUMENT_PATH,
  FIRST_ADDRESS,
  KEYS,
  ORIGIN,
  OTHER_HOST,
  SECOND_ADDRESS,
  type Identity,
} from './identity.ts'
import type { Answer, Ask, Circumstances } from './world.ts'

const SHELL = `<!doctype html><title>Acme</title><div id="root"></div>${' '.repeat(6000)}`
const CHALLENGE = '<!doctype html><title>Just a moment…</title>'
const HTML = 'text/html; charset=utf-8'
const TEN_MEGABYTES = Buffer.alloc(10_485_760, 'x')

type Change = (healthy: Answer, ask: Ask, identity: Identity) => Answer | 'hang'

/** Changes what one path answers, on this host and wherever a redirect leads. */
const at = (path: string, change: Change): Circumstances => ({
  answer: (ask, healthy, identity) =>
    ask.path === path ? change(healthy, ask, identity) : healthy,
})
const document = (change: Change) => at(DOCUMENT_PATH, change)
const header =
  (fields: Readonly<Record<string, string>>): Change =>
  (healthy) => ({
    ...healthy,
    headers: { ...healthy.headers, ...fields },
  })
const without =
  (name: string): Change =>
  (healthy) => ({
    ...healthy,
    headers: Object.fromEntries(Object.entries(healthy.headers).filter(([each]) => each !== name)),
  })
const body =
  (text: string | Uint8Array): Change =>
  (healthy) => ({ ...healthy, status: 200, body: text })
const status =
  (code: number, text = '', type = HTML): Change =>
  (healthy) => ({
    status: code,
    headers: { ...healthy.headers, 'content-type': type },
    body: text,
  })
const redirect =
  (code: number, location: string): Change =>
  (_healthy, ask) =>
    ask.host === OTHER_HOST
      ? { ..._healthy }
      : { status: code, headers: { location, 'content-type': HTML }, body: '' }

type Members = Record<string, unknown>
/** An answer without a body, to a conditional request, stays as it is. */
const text =
  (edit: (text: string) => string): Change =>
  (healthy) =>
    healthy.status === 304
      ? healthy
      : { ...healthy, body: edit(Buffer.from(healthy.body).toString()) }
const members = (edit: (members: Members) => unknown): Change =>
  text((all) => JSON.stringify(edit(JSON.parse(all) as Members), undefined, 2))
const keys = (...set: readonly object[]) => at(JWKS_PATH, body(JSON.stringify({ keys: set })))
const isBot = ({ headers }: Ask) =>
  /python|node|bot|gatus|upptime/i.test(headers['user-agent'] ?? '')

/** Each is a real outage of a published identity, or a fault of the list of checks. */
export const FAULTS: readonly Fault[] = [
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
  // Its bytes.
  fault(
    'text-plain',
    'The document is sent as text/plain',
    'response-content-type',
    document(header({ 'content-type': 'text/plain' })),
  ),
  fault(
    'too-large',
    'The document has more than 5 KB',
    'document-too-large',
    document(members((all) => ({ ...all, client_name: 'x'.repeat(6000) }))),
  ),
  fault(
    'byte-order-mark',
    'A byte order mark',
    'text-bom',
    document(text((all) => `\ufeff${all}`)),
  ),
  fault(
    'latin-1',
    'Another encoding than UTF-8',
    'text-not-utf8',
    document((healthy) => ({
      ...healthy,
      body: Buffer.from(
        Buffer.from(healthy.body).toString().replace('"client_name": "', '"client_name": "\u00e9'),
        'latin1',
      ),
    })),
  ),
  fault(
    'cut-off',
    'The document ends in the middle',
    'text-not-json',
    document(text((all) => all.slice(0, 200))),
  ),
  fault('empty-200', 'Nothing, with 200', 'text-empty', document(body(''))),
  fault('an-array', 'A JSON array', 'text-not-object', document(body('[]'))),
  fault(
    'gzip-bomb',
    '10 MB in 10 KB, compressed without being asked',
    'response-encoded',
    document((healthy) => ({
      ...healthy,
      headers: { ...healthy.headers, 'content-encoding': 'gzip' },
      body: gzipSync(TEN_MEGABYTES),
    })),
  ),
  fault(
    'twice',
    'A member appears twice',
    'text-duplicate-members',
    document(text((all) => all.replace('{', '{"client_name":"Other",'))),
  ),
  // What it says.
  fault(
    'no-client-id',
    'The document names no client_id',
    'client-id-missing',
    document(members(({ client_id: _, ...rest }) => rest)),
    'apify/mcpc#271',
  ),
  fault(
    'other-client-id',
    'The document names another client_id',
    'client-id-mismatch',
    document(
      members((all) => ({
        ...all,
        client_id: 'https://login.acme-software.dev/oauth/client.json',
      })),
    ),
    'anthropics/claude-ai-mcp#518',
  ),
  fault(
    'slash-client-id',
    'The client_id has a slash more',
    'client-id-variant',
    document(members((all) => ({ ...all, client_id: `${String(all.client_id)}/` }))),
  ),
  fault(
    'extra-redirect',
    'Somebody added a redirect URI',
    'drift-unknown-bytes',
    document(
      members((all) => ({
        ...all,
        redirect_uris: [...(all.redirect_uris as string[]), 'https://collector.acme-software.dev/'],
      })),
    ),
  ),
  fault(
    'lost-redirect',
    'A redirect URI is missing',
    'drift-unknown-bytes',
    document(
      members((all) => ({ ...all, redirect_uris: (all.redirect_uris as string[]).slice(1) })),
    ),
    'anthropics/claude-code#38296',
  ),
  fault(
    'extra-grant',
    'A grant type that servers refuse',
    'drift-unknown-bytes',
    document(
      members((all) => ({
        ...all,
        grant_types: [
          ...(all.grant_types as string[]),
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
      })),
    ),
    'stacklok/toolhive#6290',
  ),
  fault(
    'other-name',
    'The name was edited on the host',
    'drift-unknown-bytes',
    document(members((all) => ({ ...all, client_name: 'Acme Pro' }))),
  ),
  fault(
    'secret',
    'The document holds a secret',
    'secret-present',
    document(members((all) => ({ ...all, client_secret: 'not-a-secret-any-more' }))),
  ),
  fault(
    'rolled-back',
    'The newest deployment is lost',
    'version-rolled-back',
    document((healthy, _ask, { olderDocument }) => ({ ...healthy, body: olderDocument })),
    'PostHog/posthog.com#18204',
  ),
  fault(
    'stale-edge',
    'One of two edges serves the version before',
    'version-stale-edge',
    {
      addresses: [FIRST_ADDRESS, SECOND_ADDRESS],
      ...document((healthy, ask, { olderDocument }) =>
        ask.address === SECOND_ADDRESS ? { ...healthy, body: olderDocument } : healthy,
      ),
    },
    'PostHog/posthog.com#18204',
  ),
  fault('copy-changed', 'An old version’s copy was changed', 'drift-fixed-bytes', {
    answer: (ask, healthy, { copyPath }) =>
      ask.path === copyPath ? { ...healthy, status: 200, body: '{}' } : healthy,
  }),
  // Its headers.
  fault(
    'no-store',
    'Nobody may keep it',
    'cache-forbidden',
    document(header({ 'cache-control': 'no-store' })),
  ),
  fault('vary-all', 'Vary: *', 'cache-forbidden', document(header({ vary: '*' }))),
  fault(
    'cookie',
    'A cookie with the document',
    'response-cookie',
    document(header({ 'set-cookie': 'session=1' })),
  ),
  fault(
    'old-at-edge',
    'An edge keeps it for hours beyond its max-age',
    'cache-stale-on-arrival',
    document(header({ age: '14400' })),
    'punkpeye/fastmcp#347',
  ),
  fault(
    'conditional-412',
    'A request with its own ETag fails',
    'cache-validator-broken',
    document((healthy, ask) =>
      ask.headers['if-none-match'] === undefined ? healthy : { ...healthy, status: 412, body: '' },
    ),
  ),
  fault(
    'not-modified-empty',
    'A request with its own ETag gets 500',
    'cache-validator-broken',
    document((healthy, ask) =>
      ask.headers['if-none-match'] === undefined ? healthy : { ...healthy, status: 500, body: '' },
    ),
  ),
  // Time, names, connections.
  fault(
    'slow',
    'A cold start of four seconds',
    'response-slow',
    document((healthy) => ({ ...healthy, delayMs: 4000 })),
    'bluesky-social/atproto#3955',
  ),
  fault(
    'hanging',
    'The request is taken and never answered',
    'fetch-timeout',
    document(() => 'hang'),
  ),
  fault('closed', 'Nobody listens', 'fetch-unreachable', { closed: [FIRST_ADDRESS] }),
  fault('one-closed', 'Nobody listens on one of two addresses', 'answer-depends-on-address', {
    addresses: [FIRST_ADDRESS, SECOND_ADDRESS],
    closed: [SECOND_ADDRESS],
  }),
  fault('no-address', 'The name has no address', 'fetch-host-unknown', { addresses: [] }),
  fault('private-address', 'The name leads into a private network', 'fetch-private-address', {
    addresses: ['10.1.2.3'],
  }),
  fault('rebinding', 'One of two addresses is loopback', 'fetch-private-address', {
    addresses: [FIRST_ADDRESS, '127.0.0.1'],
  }),
  // TLS.
  fault('expired', 'The certificate has expired', 'fetch-tls-expired', {
    certificate: { days: 90, left: -1 },
  }),
  fault('expiring', 'The certificate has five of ninety days left', 'certificate-expiring', {
    certificate: { days: 90, left: 5 },
  }),
  fault(
    'renewal-late',
    'The renewal is overdue: 25 of ninety days left',
    'certificate-renewal-late',
    { certificate: { days: 90, left: 25 } },
  ),
  fault('short-lived-late', 'A six-day certificate with a day left', 'certificate-expiring', {
    certificate: { days: 6, left: 0.9 },
  }),
  fault('wrong-name', 'The certificate is for another host', 'fetch-tls-wrong-host', {
    certificate: 'wrong-host',
  }),
  fault('untrusted', 'A certificate nobody vouches for', 'fetch-tls-untrusted', {
    certificate: 'stranger',
  }),
  fault('plain', 'The port speaks no TLS', 'fetch-tls-failed', { certificate: 'no-tls' }),
  // Keys.
  fault(
    'keys-404',
    'The key set was left out of the upload',
    'response-status',
    at(JWKS_PATH, status(404, 'Not found', 'text/plain')),
    'actions/upload-pages-artifact#129',
  ),
  fault(
    'keys-shell',
    'The site’s HTML shell instead of the key set',
    'key-set-unreadable',
    at(JWKS_PATH, body(SHELL)),
    'seethroughlab/familiar#125',
  ),
  fault('key-withdrawn', 'A key was withdrawn too early', 'key-withdrawn', keys(KEYS[0])),
  fault(
    'key-wrong',
    'Another key under a known kid',
    'key-replaced',
    keys(KEYS[0], { ...KEYS[1], x: KEYS[0].y }),
  ),
  fault(
    'key-foreign',
    'A key that nobody registered',
    'key-unknown',
    keys(...KEYS, { ...KEYS[0], kid: 'third' }),
  ),
  fault(
    'key-private',
    'A private key is published',
    'key-private',
    keys({ ...KEYS[0], d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI' }, KEYS[1]),
  ),
  // Around it.
  fault(
    'callback-changed',
    'The bounce page was changed',
    'drift-fixed-bytes',
    at(
      CALLBACK_PATH,
      text((all) => `${all}<script src="//collector.acme-software.dev/a.js"></script>`),
    ),
  ),
  fault(
    'callback-no-csp',
    'The bounce page lost its content security policy',
    'callback-csp',
    at(CALLBACK_PATH, without('content-security-policy')),
  ),
  fault(
    'callback-stored',
    'The bounce page may be stored',
    'callback-stored',
    at(CALLBACK_PATH, header({ 'cache-control': 'public, max-age=600' })),
  ),
  fault(
    'callback-404',
    'The bounce page is gone',
    'response-status',
    at(CALLBACK_PATH, status(404, 'Not found', 'text/plain')),
  ),
  fault(
    'logo-404',
    'The logo is gone',
    'response-status',
    at('/logo.png', status(404, 'Not found', 'text/plain')),
    'microsoft/vscode#298300',
  ),
  fault(
    'policy-404',
    'The privacy page is gone',
    'response-status',
    at('/privacy', status(404, 'Not found', 'text/plain')),
  ),
]

function fault(
  id: string,
  title: string,
  finding: string,
  circumstances: Circumstances,
  thread?: string,
): Fault {
  return { id, title, finding, circumstances, ...(thread !== undefined && { thread }) }
}
