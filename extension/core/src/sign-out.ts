import type { AccessPorts } from './access.ts'
import { onBehalfOf } from './endpoint-policy.ts'
import { SignInError } from './errors.ts'
import { fetchIssuerMetadata } from './issuer-metadata.ts'
import { revoke, type RevocationOutcome } from './revoke.ts'
import { parseServerUrl } from './server-url.ts'
import { sessionClient } from './session-client.ts'
import type { Session } from './session.ts'

export interface SignedOut {
  /** False when there was nothing stored under this id. */
  readonly forgotten: boolean
  readonly revocation: RevocationOutcome
}

/**
 * Revokes at the issuer, then forgets, in that order but the second whatever becomes of the first
 * (RFC 7009 section 2). Holds the refresh lock, so that no refresh brings the session back.
 * Throws `store_unavailable`, `cancelled` (before anything was done).
 */
export async function signOut(
  ports: AccessPorts,
  sessionId: string,
  signal: AbortSignal,
): Promise<SignedOut> {
  return await ports.lock(`refresh/${sessionId}`, signal, async () => {
    const session = await ports.sessions.load(sessionId)
    if (session === undefined) return { forgotten: false, revocation: 'not-offered' }
    const revocation = await revokeQuietly(ports, session, signal)
    await ports.sessions.delete(sessionId)
    ports.trace({
      step: 'revocation',
      at: ports.clock.now(),
      outcome: revocation === 'revoked' ? 'ok' : 'note',
      detail: { issuer: session.issuer, revocation },
    })
    return { forgotten: true, revocation }
  })
}

/** The outcome instead of an error: nothing here may keep a person signed in. */
async function revokeQuietly(
  ports: AccessPorts,
  session: Session,
  signal: AbortSignal,
): Promise<RevocationOutcome> {
  try {
    const identity = await sessionClient(session, await ports.sources(), ports.registrations)
    if (identity === undefined) return 'refused'
    const server = parseServerUrl(session.server)
    const named = onBehalfOf(ports, server)
    const issuer = await fetchIssuerMetadata(named, session.issuer, server, signal)
    return await revoke(named, issuer, identity, session, signal)
  } catch (error) {
    if (error instanceof SignInError)
      return error.code === 'discovery_unreachable' ? 'later' : 'refused'
    throw error
  }
}
