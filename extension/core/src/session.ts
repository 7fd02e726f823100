import { readableLabel } from './account.ts'
import type { IdentityKind } from './identity.ts'
import { isJsonObject, parseJsonObject, stringArray } from './json-document.ts'
import type { ProofKey } from './proof.ts'

/** The stored form's version; a reader of a newer form leaves it alone. */
export const SESSION_FORMAT_VERSION = 1

/** What consumers and views see: no token, no key. */
export interface SessionInfo {
  readonly id: string
  /** The MCP server's URL, verbatim as signed in to. */
  readonly server: string
  readonly resource: string
  readonly issuer: string
  readonly clientId: string
  readonly registration: IdentityKind
  /** Undefined for grants without a redirect. */
  readonly redirectUri: string | undefined
  readonly accountKey: string | undefined
  /** From the authorization server, then untrusted text, or from the person; at most 80 characters. */
  readonly accountLabel: string | undefined
  /** The person gave the label, so no later sign-in replaces it. */
  readonly accountNamed: boolean
  /** As granted. */
  readonly scopes: readonly string[]
  /** As asked for, the ground of a step-up's union. */
  readonly requestedScopes: readonly string[]
  /** Milliseconds since the epoch; undefined: unknown. */
  readonly expiresAt: number | undefined
  readonly createdAt: number
  /** True when the refresh token was lost or never issued and the access token has been given up. */
  readonly signedOut: boolean
  /** True while a refresh token is held: expiry then ends a token and not the session. */
  readonly renewable: boolean
}

/** A whole session. Confidential: only the store, refresh, revocation and access may hold one. */
export interface Session extends Omit<SessionInfo, 'renewable'> {
  readonly formatVersion: typeof SESSION_FORMAT_VERSION
  readonly accessToken: string
  readonly tokenType: 'bearer' | 'dpop'
  readonly refreshToken: string | undefined
  readonly proofKey: ProofKey | undefined
}

/** Drops everything confidential. */
export function sessionInfo(session: Session): SessionInfo {
  const {
    accessToken: _a,
    refreshToken,
    proofKey: _p,
    tokenType: _t,
    formatVersion: _f,
    ...info
  } = session
  return { ...info, renewable: refreshToken !== undefined }
}

/** The stored form of a session, which `parseSession` reads. Confidential: it holds the tokens. */
export function serializeSession(session: Session): string {
  return JSON.stringify(session)
}

/** Reads a stored session; undefined for anything this version did not write. */
export function parseSession(text: string): Session | undefined {
  const value = parseJsonObject(text)
  if (value?.formatVersion !== SESSION_FORMAT_VERSION) return undefined
  const { id, server, resource, issuer, clientId, accessToken, createdAt } = value
  const { registration, tokenType } = value
  const proofKey = parseProofKey(value.proofKey)
  const scopes = stringArray(value.scopes)
  const requestedScopes = stringArray(value.requestedScopes)
  if (
    typeof id !== 'string' ||
    typeof server !== 'string' ||
    typeof resource !== 'string' ||
    typeof issuer !== 'string' ||
    typeof clientId !== 'string' ||
    typeof accessToken !== 'string' ||
    typeof createdAt !== 'number' ||
    (registration !== 'pre-registered' && registration !== 'cimd' && registration !== 'dcr') ||
    (tokenType !== 'bearer' && tokenType !== 'dpop') ||
    // Bound tokens are of use with their key only, and would otherwise leave as unbound ones.
    (tokenType === 'dpop') !== (proofKey !== undefined) ||
    scopes === undefined ||
    requestedScopes === undefined
  ) {
    return undefined
  }
  return {
    formatVersion: SESSION_FORMAT_VERSION,
    id,
    server,
    resource,
    issuer,
    clientId,
    registration,
    redirectUri: optionalString(value.redirectUri),
    scopes,
    requestedScopes,
    createdAt,
    accessToken,
    tokenType,
    accountKey: optionalString(value.accountKey),
    // Written by an older version, or by somebody else: not shown as it is either.
    accountLabel:
      typeof value.accountLabel === 'string' ? readableLabel(value.accountLabel) : undefined,
    accountNamed: value.accountNamed === true,
    expiresAt: typeof value.expiresAt === 'number' ? value.expiresAt : undefined,
    refreshToken: optionalString(value.refreshToken),
    proofKey,
    signedOut: value.signedOut === true,
  }
}

/** True for a session that a newer version of this program wrote: not ours to read, nor to move. */
export function isNewerSession(text: string): boolean {
  const version = parseJsonObject(text)?.formatVersion
  return typeof version === 'number' && version > SESSION_FORMAT_VERSION
}

function optionalString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function parseProofKey(value: unknown): ProofKey | undefined {
  if (!isJsonObject(value) || !isJsonObject(value.publicKey) || !isJsonObject(value.privateKey))
    return undefined
  return { publicKey: value.publicKey, privateKey: value.privateKey }
}
