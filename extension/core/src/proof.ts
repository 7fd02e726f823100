import * as oauth from 'oauth4webapi'
import type { Discovery } from './discover.ts'

/** A key pair for DPoP as stored beside its session: private, never printed. */
export interface ProofKey {
  readonly publicKey: JsonWebKey
  readonly privateKey: JsonWebKey
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const

/**
 * A new key when the resource asks for sender-constrained tokens and the authorization server can issue
 * them (RFC 9449 section 5); undefined otherwise. One key per session, so that nothing links two of them.
 */
export async function createProofKey({
  issuer,
  resource,
  challenge,
}: Discovery): Promise<ProofKey | undefined> {
  const algorithms = issuer.dpop_signing_alg_values_supported
  if (algorithms?.includes('ES256') !== true || !(challenge.dpop || resource.dpopRequired))
    return undefined
  const pair = await oauth.generateKeyPair('ES256', { extractable: true })
  return {
    publicKey: await crypto.subtle.exportKey('jwk', pair.publicKey),
    privateKey: await crypto.subtle.exportKey('jwk', pair.privateKey),
  }
}

/** The library's handle for a stored key; it adds proofs and remembers server nonces (RFC 9449 section 8). */
export async function proofHandle(key: ProofKey): Promise<oauth.DPoPHandle> {
  const pair = {
    publicKey: await crypto.subtle.importKey('jwk', key.publicKey, ALGORITHM, true, ['verify']),
    privateKey: await crypto.subtle.importKey('jwk', key.privateKey, ALGORITHM, false, ['sign']),
  }
  return oauth.DPoP({}, pair)
}

/** The handle for a key; the same one each time, because it remembers the server's nonces. */
export type ProofMemory = (key: ProofKey) => Promise<oauth.DPoPHandle>

/** Remembers the last key's handle: a session has one key, and a new session has a new one. */
export function createProofMemory(): ProofMemory {
  let last: { readonly thumb: string | undefined; readonly handle: oauth.DPoPHandle } | undefined
  return async (key) => {
    const { x: thumb } = key.publicKey
    const current =
      last !== undefined && last.thumb === thumb ? last : { thumb, handle: await proofHandle(key) }
    last = current
    return current.handle
  }
}
