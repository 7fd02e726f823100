import { parseUrl } from './parse-url.ts'

/** A document as read: nothing in it has a known type yet. */
export type UntypedDocument = Readonly<Record<string, unknown>>

export const URL_MEMBERS = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'jwks_uri'] as const

export function isObject(value: unknown): value is UntypedDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that is a string; undefined when it is absent or something else. */
export function textMember(document: UntypedDocument, name: string): string | undefined {
  const value = Object.hasOwn(document, name) ? document[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** The strings of a member that is an array; undefined when it is no array. */
export function listMember(document: UntypedDocument, name: string): readonly string[] | undefined {
  const value = Object.hasOwn(document, name) ? document[name] : undefined
  return Array.isArray(value)
    ? value.filter((entry): entry is string => typeof entry === 'string')
    : undefined
}

export function hasMember(document: UntypedDocument, name: string): boolean {
  return Object.hasOwn(document, name)
}

/** The members of `names` that the document has. */
export function presentMembers(
  document: UntypedDocument,
  names: readonly string[],
): readonly string[] {
  return names.filter((name) => hasMember(document, name))
}

export interface RedirectEntry {
  readonly uri: string
  /** `redirect_uris[3]` */
  readonly place: string
  /** Undefined: not an absolute URI. */
  readonly url: URL | undefined
}

/** Every rule asks for them, and parsing addresses is most of the work. A document is never changed once read. */
const known = new WeakMap<UntypedDocument, readonly RedirectEntry[]>()

export function redirectEntries(document: UntypedDocument): readonly RedirectEntry[] {
  const entries = known.get(document) ?? parseEntries(document)
  known.set(document, entries)
  return entries
}

function parseEntries(document: UntypedDocument): readonly RedirectEntry[] {
  const value = document.redirect_uris
  if (!Array.isArray(value)) return []
  return value.flatMap((uri: unknown, index) =>
    typeof uri === 'string'
      ? [{ uri, place: `redirect_uris[${index}]`, url: parseUrl(uri) ?? undefined }]
      : [],
  )
}

export function isWebScheme(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:'
}
