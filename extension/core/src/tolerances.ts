import type { AuthorizationServer } from 'oauth4webapi'
import { isSignInError } from './errors.ts'

/**
 * What a person may allow one issuer against the letter of MCP, for servers that are deployed so. Nothing is
 * allowed by itself, and each use is noted.
 *
 * `issuer_trailing_slash`: the metadata's `issuer` differs from the one asked for by one slash at the end
 * (RFC 8414 section 3.3). Both have the same places of metadata (section 3.1), so the document is the one of
 * either. The metadata's string is the issuer from there on: it is what the server calls itself in `iss`
 * (RFC 9207) and in ID tokens, what it expects as `aud` of client assertions, and what registrations and
 * sessions are bound to. Nothing after discovery is compared more loosely.
 *
 * `code_challenge_methods_missing`: the metadata says nothing of PKCE (MCP authorization code protection). A
 * list without S256 is never allowed, and the challenge is sent all the same.
 */
export type Tolerance = 'issuer_trailing_slash' | 'code_challenge_methods_missing'

/** Reads the name of one, as a setting gives it; undefined: there is none of that name. Pure. */
export function parseTolerance(name: unknown): Tolerance | undefined {
  return name === 'issuer_trailing_slash' || name === 'code_challenge_methods_missing'
    ? name
    : undefined
}

/** By issuer, exactly as the resource's metadata names it. From a setting. */
export type Tolerances = ReadonlyMap<string, readonly Tolerance[]>

/** True when the strings are the same but for the only slash at the end of one of them. Pure. */
export function isSlashApart(one: string, other: string): boolean {
  const shorter = one.length < other.length ? one : other
  return !shorter.endsWith('/') && [one, other].includes(`${shorter}/`)
}

/** What was allowed to the metadata found for the issuer that a resource `named`. Pure. */
export function toleratedIn(named: string, issuer: AuthorizationServer): readonly Tolerance[] {
  const unannounced =
    issuer.authorization_endpoint !== undefined &&
    issuer.code_challenge_methods_supported === undefined
  return [
    ...(issuer.issuer === named ? [] : (['issuer_trailing_slash'] as const)),
    ...(unannounced ? (['code_challenge_methods_missing'] as const) : []),
  ]
}

/** The tolerance that a failure would not have been one with; undefined: there is none. Pure. */
export function toleranceFor(error: unknown): Tolerance | undefined {
  if (
    isSignInError(error, 'issuer_mismatch') &&
    isSlashApart(error.detail.expected, error.detail.received)
  )
    return 'issuer_trailing_slash'
  return isSignInError(error, 'pkce_unsupported') && !error.detail.announced
    ? 'code_challenge_methods_missing'
    : undefined
}
