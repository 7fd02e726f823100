import { gzipSync } from 'node:zlib'
import type { Fault } from './cases.ts'
import { document, header, body, text, members, fault } from './changes.ts'
import { FIRST_ADDRESS, SECOND_ADDRESS } from './identity.ts'

const TEN_MEGABYTES = Buffer.alloc(10_485_760, 'x')

/** What is wrong with the document itself. */
export const OF_DOCUMENT: readonly Fault[] = [
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
]
