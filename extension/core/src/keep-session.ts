import type { CorePorts } from './ports.ts'
import type { Session, SessionInfo } from './session.ts'
import type { SessionStore } from './session-store.ts'

/**
 * Saves what a sign-in brought, in the place of the session it renews. Under locks: two windows that sign
 * the same account in at once end with one session, and neither a refresh nor a sign-out of the old one can
 * overwrite or delete the new one.
 * Throws `store_unavailable`, `session_corrupt`, `cancelled`.
 */
export async function keepSession(
  ports: Pick<CorePorts, 'lock'> & { readonly sessions: SessionStore },
  obtained: Session,
  previous: SessionInfo | undefined,
  signal: AbortSignal,
): Promise<Session> {
  const { server, issuer, accountKey } = obtained
  const account = `account/${JSON.stringify([server, issuer, accountKey])}`
  return await ports.lock(account, signal, async () => {
    const id = (await sessionToReplace(ports.sessions, obtained, previous)) ?? obtained.id
    return await ports.lock(`refresh/${id}`, signal, async () => {
      const replaced = id === obtained.id ? [] : await ports.sessions.list()
      const session = { ...obtained, id, ...nameOf(replaced.find((known) => known.id === id)) }
      await ports.sessions.save(session)
      return session
    })
  })
}

/** The name a person gave stays with the session. */
function nameOf(session: SessionInfo | undefined): Partial<Session> {
  if (session?.accountNamed !== true) return {}
  return { accountLabel: session.accountLabel, accountNamed: true }
}

/**
 * The same account at the same place has one session (MCP: token state is kept per authorization server
 * and resource); accounts nobody named are never merged.
 */
async function sessionToReplace(
  sessions: SessionStore,
  { server, issuer, clientId, accountKey }: Session,
  previous: SessionInfo | undefined,
): Promise<string | undefined> {
  const isSame = (session: SessionInfo) =>
    session.server === server && session.issuer === issuer && session.accountKey === accountKey
  if (previous === undefined && accountKey === undefined) return undefined
  const all = await sessions.list()
  // By what is stored: what a caller says of a session does not make it one of this server.
  const renewed = all.find((session) => session.id === previous?.id)
  if (renewed !== undefined && isSame(renewed)) return renewed.id
  return accountKey === undefined
    ? undefined
    : all.find((session) => isSame(session) && session.clientId === clientId)?.id
}
