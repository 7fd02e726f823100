/** What is wrong with a pasted key. */
export type KeyProblem = 'not-a-jwk' | 'no-kid' | 'not-private' | 'unsupported'

/** Key types that client assertions are signed with (RFC 7518 section 3.1, RFC 9864), by JWK members. */
function algorithmOf({
  kty,
  crv,
}: JsonWebKey):
  EcKeyImportParams | RsaHashedImportParams | { readonly name: 'Ed25519' } | undefined {
  if (kty === 'EC' && (crv === 'P-256' || crv === 'P-384'))
    return { name: 'ECDSA', namedCurve: crv }
  if (kty === 'RSA') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  if (kty === 'OKP' && crv === 'Ed25519') return { name: 'Ed25519' }
  return undefined
}

/**
 * A private JWK that a person pasted (RFC 7517 section 4) → a key that signs and cannot be read out again.
 * `kid` has to be there: the server finds the public part by it.
 */
export async function readClientKey(
  text: string,
): Promise<{ readonly key: CryptoKey; readonly kid: string } | KeyProblem> {
  let jwk: unknown
  try {
    jwk = JSON.parse(text)
  } catch {
    return 'not-a-jwk'
  }
  if (!isJwk(jwk)) return 'not-a-jwk'
  if (typeof jwk.kid !== 'string' || jwk.kid === '') return 'no-kid'
  if (typeof jwk.d !== 'string') return 'not-private'
  const algorithm = algorithmOf(jwk)
  if (algorithm === undefined) return 'unsupported'
  // What the key says of its use is the owner's business; `alg` and `key_ops` of others would be refused.
  const { alg: _alg, key_ops: _ops, use: _use, ...members } = jwk
  try {
    return {
      key: await crypto.subtle.importKey('jwk', members, algorithm, false, ['sign']),
      kid: jwk.kid,
    }
  } catch {
    return 'not-a-jwk'
  }
}

function isJwk(value: unknown): value is JsonWebKey & { readonly kid?: unknown } {
  return typeof value === 'object' && value !== null && 'kty' in value
}
