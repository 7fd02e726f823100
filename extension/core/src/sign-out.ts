import type { AccessPorts } from './access.ts'
import { keepForRevocation } from './late-revocation.ts'
import type { SecretStore } from './ports.ts'
import type { RevocationOutcome } from './revoke.ts'
import { revokeSession } from './revoke-session.ts'
import { note } from './trace.ts'

export interface SignedOut {
  /** False when there was nothing stored under this id. */
  readonly forgotten: boolean
  readonly revocation: RevocationOutcome
}

/**
 * Revokes at the issuer, then forgets, in that order but the second whatever becomes of the first
 * (RFC 7009 section 2). What the issuer could not do now is tried again later. Holds the refresh lock, so
 * that no refresh brings the session back.
 * Throws `store_unavailable`, `cancelled` (before anything was done).
 */
export async function signOut(
  ports: AccessPorts & { readonly secrets: SecretStore },
  sessionId: string,
  signal: AbortSignal,
): Promise<SignedOut> {
  return await ports.lock(`refresh/${sessionId}`, signal, async () => {
    const session = await ports.sessions.load(sessionId)
    if (session === undefined) return { forgotten: false, revocation: 'not-offered' }
    const revocation = await revokeSession(ports, session, signal)
    // First, so that nothing that happens in between loses the only copy.
    if (revocation === 'later') await keepForRevocation(ports, session)
    await ports.sessions.delete(sessionId)
    const outcome = revocation === 'revoked' ? 'ok' : 'note'
    note(ports, 'revocation', { issuer: session.issuer, revocation }, outcome)
    return { forgotten: true, revocation }
  })
}
