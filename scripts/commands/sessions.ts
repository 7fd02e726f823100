import { SignInError, type SessionInfo } from '@signet/core'
import type { TerminalClient } from '../terminal-client.ts'

/** The newest session for a server. Throws `session_missing`. */
export async function findSession(client: TerminalClient, serverUrl: string): Promise<SessionInfo> {
  const sessions = await client.sessions.list()
  const session = sessions.filter(({ server }) => server === serverUrl).at(-1)
  if (session === undefined) throw new SignInError('session_missing', { server: serverUrl })
  return session
}
