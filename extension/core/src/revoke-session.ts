import type { AccessPorts } from './access.ts'
import { onBehalfOf } from './endpoint-policy.ts'
import { SignInError } from './errors.ts'
import { fetchIssuerMetadata } from './issuer-metadata.ts'
import { revoke, type RevocationOutcome } from './revoke.ts'
import { parseServerUrl } from './server-url.ts'
import { sessionClient } from './session-client.ts'
import type { Session } from './session.ts'

/**
 * Revokes what a session holds, as the client it was issued to. The outcome instead of an error: nothing
 * here may keep a person signed in. Whatever kept the issuer from being asked may pass. Throws what is no
 * `SignInError`.
 */
export async function revokeSession(
  ports: AccessPorts,
  session: Session,
  signal: AbortSignal,
): Promise<RevocationOutcome> {
  const outcome = await attempt(ports, session, signal)
  // Stale metadata may be why: a moved endpoint answers, too.
  if (outcome !== 'revoked') ports.documents.forget(session.issuer)
  return outcome
}

async function attempt(
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
    if (error instanceof SignInError) return 'later'
    throw error
  }
}
