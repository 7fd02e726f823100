import type { Fault } from './cases.ts'
import { document, header, fault } from './changes.ts'
import { FIRST_ADDRESS, SECOND_ADDRESS, SIX_ADDRESS } from './identity.ts'

/** What is wrong on the way to the document. */
export const OF_DELIVERY: readonly Fault[] = [
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
  fault('six-closed', 'Nobody listens on its IPv6 address', 'answer-depends-on-address', {
    addresses: [FIRST_ADDRESS, SIX_ADDRESS],
    closed: [SIX_ADDRESS],
  }),
  fault('no-address', 'The name has no address', 'fetch-host-unknown', { addresses: [] }),
  fault('private-address', 'The name leads into a private network', 'fetch-private-address', {
    addresses: ['10.1.2.3'],
  }),
  fault('rebinding', 'One of two addresses is loopback', 'fetch-private-address', {
    addresses: [FIRST_ADDRESS, '127.0.0.1'],
  }),
  fault('six-private', 'The name leads into a private network of IPv6', 'fetch-private-address', {
    addresses: ['fd12:3456:789a::1'],
  }),
  fault(
    'six-mapped',
    'One of two addresses is loopback, written as IPv6',
    'fetch-private-address',
    {
      addresses: [FIRST_ADDRESS, '::ffff:127.0.0.1'],
    },
  ),
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
]
