import type {
  AuthenticationProviderAuthenticationSessionsChangeEvent as SessionsChange,
  AuthenticationSession,
  AuthenticationSessionAccountInformation as EditorAccount,
} from 'vscode'
import type { SessionInfo } from '@signet/core'
import { accountName } from './account-name.ts'
import type { Localise } from './localise.ts'

/** A scope of this form names the MCP server; the editor's API has no other place for it. */
const SERVER_SCOPE = 'resource='

/** What another extension asks for: a server, and what it wants to be allowed there. */
export interface Wish {
  /** Undefined: any server. */
  readonly server: string | undefined
  readonly scopes: readonly string[]
}

/** A list of scopes with the server in it → what is asked for. Pure. */
export function readWish(scopes: readonly string[]): Wish {
  return {
    server: scopes.find((scope) => scope.startsWith(SERVER_SCOPE))?.slice(SERVER_SCOPE.length),
    scopes: scopes.filter((scope) => !scope.startsWith(SERVER_SCOPE)),
  }
}

/** The sessions that have what is asked for. Pure. */
export function fittingSessions(
  sessions: readonly SessionInfo[],
  { server, scopes }: Wish,
): readonly SessionInfo[] {
  return sessions.filter(
    (session) => isAt(session, server) && scopes.every((scope) => session.scopes.includes(scope)),
  )
}

/**
 * The session that a sign-in for another extension widens, so that it loses nothing that others use. One
 * whose account the server does not name is widened only when it is the account that is meant. Pure.
 */
export function sessionToWiden(
  sessions: readonly SessionInfo[],
  { server }: Wish,
  account: EditorAccount | undefined,
  l10n: Localise,
): SessionInfo | undefined {
  if (server === undefined) return undefined
  const fitting = sessions.filter(
    (session) =>
      isAt(session, server) &&
      (account === undefined
        ? session.accountKey !== undefined
        : accountOf(session, l10n).id === account.id),
  )
  return fitting.length === 1 ? fitting[0] : undefined
}

export function editorSession(
  session: SessionInfo,
  accessToken: string,
  l10n: Localise,
): AuthenticationSession {
  return { id: session.id, accessToken, account: accountOf(session, l10n), scopes: session.scopes }
}

/**
 * Accounts of different servers or issuers are different accounts, whatever they are called. The editor
 * keeps by the label who may use an account, so it ends with the whole server, and depends on nothing else.
 */
export function accountOf(session: SessionInfo, l10n: Localise): EditorAccount {
  const server = session.server.replace(/^https:\/\//, '')
  return {
    id: `${session.issuer} ${session.accountKey ?? session.id} ${session.server}`,
    label: `${accountName(session, l10n)} (${server})`,
  }
}

/** What became of the sessions that were touched; undefined: nothing that the editor knows of. Pure. */
export function sessionsChange(
  before: ReadonlyMap<string, AuthenticationSession>,
  now: ReadonlyMap<string, AuthenticationSession>,
  touched: ReadonlySet<string>,
): SessionsChange | undefined {
  const left = [...now.values()].filter(({ id }) => touched.has(id))
  const added = left.filter(({ id }) => !before.has(id))
  const changed = left.filter(({ id }) => before.has(id))
  const removed = [...before.values()].filter(({ id }) => touched.has(id) && !now.has(id))
  const nothing = added.length + changed.length + removed.length === 0
  return nothing ? undefined : { added, removed, changed }
}

function isAt({ server, resource }: SessionInfo, wanted: string | undefined): boolean {
  return wanted === undefined || server === wanted || resource === wanted
}
