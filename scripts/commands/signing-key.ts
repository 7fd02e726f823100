import { open } from 'node:fs/promises'
import type { ClientAuthentication } from '@signet/core'
import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { CommandFailure } from './command-failure.ts'

/** Where a private key is: never on the command line, which other users and logs can read. */
export interface KeySource {
  readonly kind: 'env' | 'file'
  /** Name of the variable, or path. */
  readonly name: string
}

/** For `--key`; undefined: wrong usage. The command line's own parser would repeat the value, which may be a key. */
export function parseKeySource(value: string): KeySource | undefined {
  const [, kind, name] = /^(env|file):(.+)$/.exec(value) ?? []
  return (kind === 'env' || kind === 'file') && name !== undefined ? { kind, name } : undefined
}

/**
 * A private JWK (RFC 7517) → how the client proves itself (RFC 7523 section 2.2). Without `kid` it goes by its
 * thumbprint, as `signet keys` names keys. No failure repeats any of the key.
 * Throws `key_missing`, `key_file_readable`, `key_unusable`.
 */
export async function readSigningKey(source: KeySource): Promise<ClientAuthentication> {
  const text = source.kind === 'env' ? process.env[source.name] : await readOwnFile(source.name)
  if (text === undefined || text.trim() === '')
    throw new CommandFailure(
      'key_missing',
      `There is no key at ${source.kind}:${source.name}.`,
      'Put the private JWK there; `signet keys generate` makes one.',
    )
  try {
    const jwk = JSON.parse(text) as JWK
    const key = await importJWK(jwk, jwk.alg ?? algorithmOf(jwk), { extractable: false })
    if (!(key instanceof CryptoKey) || key.type !== 'private') throw unusable(source)
    const kid = jwk.kid ?? (await calculateJwkThumbprint(jwk, 'sha256'))
    return { method: 'private_key_jwt', key, kid, typ: 'client-authentication+jwt' }
  } catch {
    // What was caught may quote the key.
    throw unusable(source)
  }
}

/** Only what its owner alone can read and change is a secret. */
async function readOwnFile(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { mode } = await file.stat()
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new CommandFailure(
        'key_file_readable',
        `${path} can be read by others than its owner.`,
        `Run chmod 600 on it, and replace the key if others have seen it.`,
      )
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

function algorithmOf({ kty }: JWK): string {
  return kty === 'RSA' ? 'RS256' : kty === 'OKP' ? 'EdDSA' : 'ES256'
}

function unusable({ kind, name }: KeySource): CommandFailure {
  return new CommandFailure(
    'key_unusable',
    `What is at ${kind}:${name} is not a private JWK that signs.`,
    'Put the whole private JWK there, as one line of JSON.',
  )
}
