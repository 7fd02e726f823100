/**
 * What a change means to the people who use the client. `additive`: nothing that worked stops. `consent`:
 * servers may ask people again. `breaking`: something that worked stops working.
 */
export type ChangeKind = 'additive' | 'consent' | 'breaking'

export interface Change {
  /** The member; for a list's entry, the member and the entry in brackets. */
  readonly path: string
  readonly kind: ChangeKind
  /** Why it has that kind; words for it are in diff-words.ts. */
  readonly reason: ChangeReason
  readonly before: unknown
  readonly after: unknown
}

export type ChangeReason =
  | 'new_document'
  | 'document_gone'
  | 'identity_changed'
  | 'redirect_added'
  | 'redirect_removed'
  | 'order_changed'
  | 'grant_added'
  | 'grant_unknown'
  | 'grant_removed'
  | 'authentication_changed'
  | 'keys_moved'
  | 'kind_changed'
  | 'shown_changed'
  | 'scope_stated'
  | 'member_added'
  | 'member_changed'
  | 'member_removed'

/** A document as it was parsed: any JSON object. */
export type DocumentMembers = Readonly<Record<string, unknown>>

/** Grants and response types that every known server takes or leaves out; any other makes some refuse the document (B2.11). */
const HARMLESS_GRANTS = new Set([
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'code',
])

/** What consent pages show. */
const SHOWN = new Set(['client_name', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri'])

const AUTHENTICATION = new Set(['token_endpoint_auth_method', 'token_endpoint_auth_signing_alg'])

/**
 * What a change does, member by member, in the order of the older document. `undefined`: there was or will
 * be none. Values are compared as JSON; the order of members means nothing. Pure.
 */
export function diffDocuments(
  before: DocumentMembers | undefined,
  after: DocumentMembers | undefined,
): readonly Change[] {
  if (before === undefined && after === undefined) return []
  if (before === undefined) return [change('', 'additive', 'new_document', undefined, undefined)]
  if (after === undefined) return [change('', 'breaking', 'document_gone', undefined, undefined)]
  const members = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...members].flatMap((member) => {
    const [old, now] = [before[member], after[member]]
    return sameJson(old, now) ? [] : memberChanges(member, old, now)
  })
}

export function isBreaking(changes: readonly Change[]): boolean {
  return changes.some(({ kind }) => kind === 'breaking')
}

function memberChanges(member: string, before: unknown, after: unknown): readonly Change[] {
  const one = (kind: ChangeKind, reason: ChangeReason) => [
    change(member, kind, reason, before, after),
  ]
  if (member === 'client_id') return one('breaking', 'identity_changed')
  if (member === 'redirect_uris')
    return listChanges(
      member,
      before,
      after,
      () => ['additive', 'redirect_added'],
      'redirect_removed',
    )
  if (member === 'grant_types' || member === 'response_types')
    return listChanges(member, before, after, grantAdded, 'grant_removed')
  if (AUTHENTICATION.has(member)) return one('breaking', 'authentication_changed')
  if (member === 'jwks_uri' || member === 'jwks')
    return one(after === undefined ? 'breaking' : 'consent', 'keys_moved')
  if (member === 'application_type') return one('breaking', 'kind_changed')
  if (SHOWN.has(member) || /^[a-z_]+#/.test(member)) return one('consent', 'shown_changed')
  if (member === 'scope') return one('breaking', 'scope_stated')
  if (before === undefined) return one('additive', 'member_added')
  // What an unknown member did cannot be known, so its loss counts as one.
  return after === undefined ? one('breaking', 'member_removed') : one('consent', 'member_changed')
}

function grantAdded(grant: string): readonly [ChangeKind, ChangeReason] {
  return HARMLESS_GRANTS.has(grant) ? ['additive', 'grant_added'] : ['breaking', 'grant_unknown']
}

function listChanges(
  member: string,
  before: unknown,
  after: unknown,
  added: (entry: string) => readonly [ChangeKind, ChangeReason],
  removed: ChangeReason,
): readonly Change[] {
  const [old, now] = [strings(before), strings(after)]
  const entries = [
    ...old
      .filter((entry) => !now.includes(entry))
      .map((entry) => change(`${member}[${entry}]`, 'breaking', removed, entry, undefined)),
    ...now
      .filter((entry) => !old.includes(entry))
      .map((entry) => change(`${member}[${entry}]`, ...added(entry), undefined, entry)),
  ]
  if (entries.length > 0) return entries
  // The same entries in another order, or twice: some servers take the first one as the default.
  return [change(member, 'additive', 'order_changed', before, after)]
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function change(
  path: string,
  kind: ChangeKind,
  reason: ChangeReason,
  before: unknown,
  after: unknown,
): Change {
  return { path, kind, reason, before, after }
}
