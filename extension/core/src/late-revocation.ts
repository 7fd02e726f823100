import type { AccessPorts } from './access.ts'
import { parseJsonObject } from './json-document.ts'
import { MAX_LATE_REVOCATION_MS } from './limits.ts'
import type { SecretStore } from './ports.ts'
import { deleteSecret, listSecrets, readSecret, writeSecret } from './secret-access.ts'
import { parseSession, serializeSession, type Session } from './session.ts'
import { revokeSession } from './revoke-session.ts'
import { note } from './trace.ts'

type LatePorts = AccessPorts & { readonly secrets: SecretStore }

const PREFIX = 'revocation/v1/'

/**
 * Keeps a session that was signed out of for its revocation alone: nothing lists it and nothing hands out
 * its tokens (RFC 7009 section 2.2.1, 503). Throws `store_unavailable`.
 */
export async function keepForRevocation(
  { secrets, clock }: Pick<LatePorts, 'secrets' | 'clock'>,
  session: Session,
): Promise<void> {
  const until = clock.now() + MAX_LATE_REVOCATION_MS
  const value = JSON.stringify({ until, session: serializeSession(session) })
  await writeSecret(secrets, PREFIX + session.id, value)
}

/**
 * Tries the revocations again that an earlier sign-out had to leave open, one process at a time. What still
 * cannot be done stays for the next time, and is given up after `MAX_LATE_REVOCATION_MS`: refresh tokens
 * that nobody uses end by themselves.
 * Throws `store_unavailable`, `cancelled`.
 */
export async function retryRevocations(ports: LatePorts, signal: AbortSignal): Promise<void> {
  for (const key of await listSecrets(ports.secrets, PREFIX)) {
    await ports.lock(`revocation/${key}`, signal, async () => {
      const session = await readLate(ports, key)
      if (session === undefined) return
      const revocation = await revokeSession(ports, session, signal)
      if (revocation === 'later') return
      await deleteSecret(ports.secrets, key)
      note(ports, 'revocation', { issuer: session.issuer, revocation, late: true })
    })
  }
}

/** Undefined when another process has done it, and after its time, or when it cannot be read: then it goes. */
async function readLate(ports: LatePorts, key: string): Promise<Session | undefined> {
  const text = await readSecret(ports.secrets, key)
  if (text === undefined) return undefined
  const value = parseJsonObject(text)
  const session = typeof value?.session === 'string' ? parseSession(value.session) : undefined
  const inTime = typeof value?.until === 'number' && value.until > ports.clock.now()
  if (session !== undefined && inTime) return session
  await deleteSecret(ports.secrets, key)
  return undefined
}
