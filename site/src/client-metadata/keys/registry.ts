import { z } from 'zod'
import type { Environment } from '../clients.ts'

/** Members of a JWK that make it a private or symmetric one (RFC 7518 section 6). */
export const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

const publicMembers = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.base64url(),
    y: z.base64url(),
  }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.base64url() }),
  z.strictObject({ kty: z.literal('RSA'), n: z.base64url(), e: z.base64url() }),
])

const instant = z.iso.datetime()

const keySchema = z.strictObject({
  kid: z.string().min(1),
  alg: z.enum(['ES256', 'RS256', 'EdDSA']),
  publicKey: publicMembers,
  generated: instant,
  pending: instant.optional(),
  active: instant.optional(),
  retiring: instant.optional(),
  retired: instant.optional(),
  revoked: instant.optional(),
  /** For people who look for a key that is gone. */
  reason: z.string().min(1).optional(),
  /** Promoted before its wait was over, because the key before it was revoked. */
  emergency: z.literal(true).optional(),
})

/**
 * One key of the agent's client: its public half and when it entered each state (ISO 8601, UTC). The
 * newest date is its state, so the two cannot disagree. Private halves are never in this repository.
 */
export type RegisteredKey = z.infer<typeof keySchema>

/** The keys of each environment, oldest first. Entries are never removed: they say what a kid was. */
export type KeyRegistry = Readonly<Record<Environment, readonly RegisteredKey[]>>

/** registry.json, checked for shape: an unknown member, such as a private one, is refused. Throws ZodError. */
export function readRegistry(value: unknown): KeyRegistry {
  const keys = z.array(keySchema)
  return z.strictObject({ production: keys, staging: keys, local: keys }).parse(value)
}

/** The file's bytes as text: two spaces, LF, final newline. */
export function renderRegistry(registry: KeyRegistry): string {
  return `${JSON.stringify(registry, undefined, 2)}\n`
}
