import type { Case } from './cases.ts'
import { DOCUMENT_PATH, FIRST_ADDRESS, SECOND_ADDRESS, SIX_ADDRESS } from './identity.ts'
import type { Answer, Circumstances } from './world.ts'

const all = (change: (healthy: Answer) => Answer): Circumstances => ({
  answer: (_ask, healthy) => change(healthy),
})
const headers = (fields: Readonly<Record<string, string>>) =>
  all((healthy) => ({ ...healthy, headers: { ...healthy.headers, ...fields } }))
const life = (days: number, left: number): Circumstances => ({ certificate: { days, left } })

/** Hosts without a fault, each odd in a way that hosts are. None of them may raise an alarm. */
export const CONTROLS: readonly Case[] = [
  control('healthy', 'As published', {}),
  control('two-addresses', 'Two addresses that agree', {
    addresses: [FIRST_ADDRESS, SECOND_ADDRESS],
  }),
  control('six-addresses', 'Also an IPv6 address', {
    addresses: [FIRST_ADDRESS, SIX_ADDRESS],
  }),
  control('six-only', 'No address but one of IPv6', { addresses: [SIX_ADDRESS] }),
  control('aged', 'From a cache, half its life old', headers({ age: '150' })),
  control(
    'cdn',
    'Behind a CDN, with its header fields',
    headers({ server: 'cloudflare', 'cf-cache-status': 'HIT', via: '1.1 edge' }),
  ),
  control(
    'no-validator',
    'Without an ETag',
    all(({ headers: { etag: _, ...rest }, ...answer }) => ({ ...answer, headers: rest })),
  ),
  control(
    'weak-validator',
    'With a weak ETag',
    all((healthy) => ({
      ...healthy,
      headers: { ...healthy.headers, etag: `W/${healthy.headers.etag ?? '"a"'}` },
    })),
  ),
  control('ignores-validator', 'Sends everything again to its own ETag', {
    answer: (ask, healthy, identity) =>
      healthy.status === 304 ? identity.answer({ path: ask.path, headers: {} }) : healthy,
  }),
  control('charset', 'JSON with a charset', {
    answer: (ask, healthy) =>
      ask.path === DOCUMENT_PATH
        ? {
            ...healthy,
            headers: { ...healthy.headers, 'content-type': 'application/json; charset=utf-8' },
          }
        : healthy,
  }),
  control('slow-but-fine', 'Takes a second', {
    answer: (ask, healthy) =>
      ask.path === DOCUMENT_PATH ? { ...healthy, delayMs: 1000 } : healthy,
  }),
  control('long-certificate', 'A certificate of 398 days with 150 left', life(398, 150)),
  control('short-certificate', 'A six-day certificate with 2.5 days left', life(6, 2.5)),
  control('45-days', 'A 45-day certificate with 16 left', life(45, 16)),
  control('propagating', 'Ten minutes after a publication, one edge is behind', {
    addresses: [FIRST_ADDRESS, SECOND_ADDRESS],
    publishedMinutesAgo: 10,
    answer: (ask, healthy, { olderDocument }) =>
      ask.path === DOCUMENT_PATH && ask.address === SECOND_ADDRESS && healthy.status === 200
        ? { ...healthy, body: olderDocument }
        : healthy,
  }),
]

function control(id: string, title: string, circumstances: Circumstances): Case {
  return { id, title, circumstances }
}
