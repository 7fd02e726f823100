import type { ClientAuthentication } from '@signet/core'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { readClientKey } from '../../extension/src/client-key.ts'
import { ageDecrypt, type AgeEnvironment } from '../publish/age-decrypt.ts'
import { readPrivateFile } from '../publish/read-private-file.ts'
import { CommandFailure } from './command-failure.ts'

/** Where a private key is: never on the command line, which other users and logs can read. */
export interface KeySource {
  /** `age`: a file that an age identity of the environment opens. */
  readonly kind: 'env' | 'file' | 'age'
  /** Name of the variable, or path. */
  readonly name: string
}

/** For `--key`; undefined: wrong usage. The command line's own parser would repeat the value, which may be a key. */
export function parseKeySource(value: string): KeySource | undefined {
  const [, kind, name] = /^(env|file|age):(.+)$/.exec(value) ?? []
  return (kind === 'env' || kind === 'file' || kind === 'age') && name !== undefined
    ? { kind, name }
    : undefined
}

/**
 * A private JWK (RFC 7517) → how the client proves itself (RFC 7523 section 2.2). Without `kid` it goes by its
 * thumbprint, as `signet keys` names keys. No failure repeats any of the key.
 * Throws `key_missing`, `key_unusable`, and what readPrivateFile and ageDecrypt throw.
 */
export async function readSigningKey(
  source: KeySource,
  environment: AgeEnvironment & Readonly<Record<string, string | undefined>>,
): Promise<ClientAuthentication> {
  const text = await keyText(source, environment)
  if (text === undefined || text.trim() === '')
    throw new CommandFailure(
      'key_missing',
      `There is no key at ${source.kind}:${source.name}.`,
      'Put the private JWK there; `signet keys generate` makes one.',
    )
  const read = await readClientKey(await named(text))
  if (typeof read === 'string')
    throw new CommandFailure(
      'key_unusable',
      `What is at ${source.kind}:${source.name} is not a private JWK that signs.`,
      'Put the whole private JWK there, as one line of JSON.',
    )
  return { method: 'private_key_jwt', ...read, typ: 'client-authentication+jwt' }
}

async function keyText(
  { kind, name }: KeySource,
  environment: AgeEnvironment & Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (kind === 'env') return environment[name]
  const bytes = await readPrivateFile(name, { encrypted: kind === 'age' })
  if (bytes === undefined) return undefined
  return kind === 'age' ? await ageDecrypt(bytes, environment) : new TextDecoder().decode(bytes)
}

/**
 * With the name its public half is published under. The editor asks for a `kid` instead: its keys belong to
 * clients that a server registered by hand, which may have named them otherwise.
 */
async function named(text: string): Promise<string> {
  try {
    const jwk = JSON.parse(text) as JWK
    return JSON.stringify({ ...jwk, kid: jwk.kid ?? (await calculateJwkThumbprint(jwk, 'sha256')) })
  } catch {
    // The reader says what is wrong with it. What was caught may quote the key.
    return text
  }
}
