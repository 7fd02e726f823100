import { readableLabel } from './account.ts'
import { SignInError } from './errors.ts'
import type { CorePorts } from './ports.ts'
import { sessionInfo, type SessionInfo } from './session.ts'
import type { SessionStore } from './session-store.ts'

/**
 * Calls a session's account by the name its person gave, from then on: for servers that name nobody, or
 * two accounts alike. Holds the refresh lock, so that no refresh brings the old name back.
 * Throws `session_missing`, `session_corrupt`, `store_unavailable`, `cancelled`.
 */
export async function nameAccount(
  ports: Pick<CorePorts, 'lock'> & { readonly sessions: SessionStore },
  sessionId: string,
  name: string,
  signal: AbortSignal,
): Promise<SessionInfo> {
  return await ports.lock(`refresh/${sessionId}`, signal, async () => {
    const session = await ports.sessions.load(sessionId)
    if (session === undefined) throw new SignInError('session_missing', { server: sessionId })
    const accountLabel = readableLabel(name)
    const named = { ...session, accountLabel, accountNamed: true }
    await ports.sessions.save(named)
    return sessionInfo(named)
  })
}
