import { plainText, type SessionInfo } from '@signet/core'

/** One server for the editor's list: what it is called, and whose sign-in is behind it. */
export interface ChatServer {
  readonly label: string
  readonly session: SessionInfo
}

/**
 * Sessions → what the editor lists, one entry per server and account. Labels are unique, because the
 * editor finds an entry again by its label, and a wrong one would send another account's token. A lost
 * session stays in the list: starting it asks for a sign-in. Pure.
 */
export function chatServers(
  sessions: readonly SessionInfo[],
  chosen: ReadonlySet<string>,
): readonly ChatServer[] {
  const taken = new Set<string>()
  const servers: ChatServer[] = []
  for (const session of sessions) {
    if (!chosen.has(session.id)) continue
    const base = labelOf(session)
    let label = base
    for (let n = 2; taken.has(label); n += 1) label = `${base} ${n}`
    taken.add(label)
    servers.push({ label, session })
  }
  return servers
}

/** Host and path, and the account where the server names one. */
export function labelOf({ server, accountLabel }: SessionInfo): string {
  const { host, pathname } = new URL(server)
  const account = accountLabel === undefined ? '' : ` (${accountLabel})`
  return plainText(`${host}${pathname === '/' ? '' : pathname}${account}`)
}
