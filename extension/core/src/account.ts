import { isJsonObject, parseJsonObject, type JsonObject } from './json-document.ts'
import { plainText } from './plain-text.ts'
import type { TokenSet } from './token-request.ts'

/** Who a session belongs to. Both values come from the authorization server: untrusted text. */
export interface Account {
  /** Tells accounts of one issuer apart; undefined when the server names nobody, then nothing is merged. */
  readonly key: string | undefined
  readonly label: string | undefined
}

/** A label longer than this is cut: it is shown in menus. */
const MAX_LABEL_CHARS = 80

/** What an account may be called in menus and sentences, from whoever it comes; undefined when nothing is left. */
export function readableLabel(label: string): string | undefined {
  const shown = plainText(label).slice(0, MAX_LABEL_CHARS).trim()
  return shown === '' ? undefined : shown
}

/**
 * Names the account from the ID token, else from a JWT access token read without verification. For display
 * and for telling accounts apart only; nothing is authorized by it.
 */
export function readAccount(tokens: Pick<TokenSet, 'accessToken' | 'idTokenClaims'>): Account {
  const claims = tokens.idTokenClaims ?? jwtClaims(tokens.accessToken)
  if (claims === undefined) return { key: undefined, label: undefined }
  const subject = text(claims.sub)
  const label =
    text(claims.preferred_username) ?? text(claims.email) ?? text(claims.name) ?? subject
  return { key: subject, label: label === undefined ? undefined : readableLabel(label) }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function jwtClaims(token: string): JsonObject | undefined {
  const [, payload, ...rest] = token.split('.')
  if (payload === undefined || rest.length !== 1) return undefined
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    )
    const claims = parseJsonObject(new TextDecoder().decode(bytes))
    return isJsonObject(claims) ? claims : undefined
  } catch {
    return undefined
  }
}
