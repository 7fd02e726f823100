import { JWKS_PATH } from '../../../site/src/client-metadata/clients.ts'
import type { Fault } from './cases.ts'
import { DOCUMENT_PATH, OTHER_HOST, type Identity } from './identity.ts'
import type { Answer, Ask, Circumstances } from './world.ts'

/** What a single-page application answers to everything. */
export const SHELL = `<!doctype html><title>Acme</title><div id="root"></div>${' '.repeat(6000)}`
export const HTML = 'text/html; charset=utf-8'

type Change = (healthy: Answer, ask: Ask, identity: Identity) => Answer | 'hang'

/** Changes what one path answers, on this host and wherever a redirect leads. */
export const at = (path: string, change: Change): Circumstances => ({
  answer: (ask, healthy, identity) =>
    ask.path === path ? change(healthy, ask, identity) : healthy,
})
export const document = (change: Change) => at(DOCUMENT_PATH, change)
export const header =
  (fields: Readonly<Record<string, string>>): Change =>
  (healthy) => ({
    ...healthy,
    headers: { ...healthy.headers, ...fields },
  })
export const without =
  (name: string): Change =>
  (healthy) => ({
    ...healthy,
    headers: Object.fromEntries(Object.entries(healthy.headers).filter(([each]) => each !== name)),
  })
export const body =
  (text: string | Uint8Array): Change =>
  (healthy) => ({ ...healthy, status: 200, body: text })
export const status =
  (code: number, text = '', type = HTML): Change =>
  (healthy) => ({
    status: code,
    headers: { ...healthy.headers, 'content-type': type },
    body: text,
  })
export const redirect =
  (code: number, location: string): Change =>
  (_healthy, ask) =>
    ask.host === OTHER_HOST
      ? { ..._healthy }
      : { status: code, headers: { location, 'content-type': HTML }, body: '' }

type Members = Record<string, unknown>
/** An answer without a body, to a conditional request, stays as it is. */
export const text =
  (edit: (text: string) => string): Change =>
  (healthy) =>
    healthy.status === 304
      ? healthy
      : { ...healthy, body: edit(Buffer.from(healthy.body).toString()) }
export const members = (edit: (members: Members) => unknown): Change =>
  text((all) => JSON.stringify(edit(JSON.parse(all) as Members), undefined, 2))
export const keys = (...set: readonly object[]) =>
  at(JWKS_PATH, body(JSON.stringify({ keys: set })))
export const isBot = ({ headers }: Ask) =>
  /python|node|bot|gatus|upptime/i.test(headers['user-agent'] ?? '')

/** A case that has to be found, as `finding`. */
export function fault(
  id: string,
  title: string,
  finding: string,
  circumstances: Circumstances,
  thread?: string,
): Fault {
  return { id, title, finding, circumstances, ...(thread !== undefined && { thread }) }
}
