import { window } from 'vscode'
import type { SessionInfo, SignetClient } from '@signet/core'
import { accountName } from './account-name.ts'
import type { CommandTarget } from './command-target.ts'
import type { Localise } from './localise.ts'
import { reportFailure } from './report.ts'
import type { Log } from './log.ts'

export interface SignOutCommandPorts {
  readonly client: SignetClient
  readonly log: Log
  readonly channel: { readonly show: () => void }
  readonly l10n: Localise
}

/** "Sign Out…": of the given account or server, or of one the person picks. True when a session has ended. */
export async function signOutCommand(
  ports: SignOutCommandPorts,
  { serverUrl, session: given }: CommandTarget,
): Promise<boolean> {
  if (given !== undefined) return await signOutSession(ports, given.id)
  const sessions = await ports.client.sessions.list()
  const fitting = sessions.filter(({ server }) => serverUrl === undefined || server === serverUrl)
  const session = await chooseSession(fitting, serverUrl !== undefined, ports.l10n)
  return session === undefined ? false : await signOutSession(ports, session.id)
}

/** Revokes a session at its issuer, forgets it, and says what became of it. */
export async function signOutSession(
  ports: SignOutCommandPorts,
  sessionId: string,
): Promise<boolean> {
  const { l10n } = ports
  try {
    const { revocation } = await ports.client.signOut(sessionId, new AbortController().signal)
    void window.showInformationMessage(
      revocation === 'revoked'
        ? l10n.t('Signed out. The sign-in server has revoked the session.')
        : l10n.t(
            'Signed out on this machine. The sign-in server could not revoke the session; it ends by itself.',
          ),
    )
    return true
  } catch (error) {
    await reportFailure(error, 'sign-out', ports, {})
    return false
  }
}

/** A question only where there is one: nothing to ask for none, nor for the only one of a named server. */
async function chooseSession(
  sessions: readonly SessionInfo[],
  named: boolean,
  l10n: Localise,
): Promise<SessionInfo | undefined> {
  if (sessions.length === 0) {
    void window.showInformationMessage(l10n.t('You are not signed in to any MCP server.'))
    return undefined
  }
  if (named && sessions.length === 1) return sessions[0]
  const items = sessions.map((session) => ({
    label: session.server,
    description: accountName(session, l10n),
    session,
  }))
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Sign out of an MCP server'),
    placeHolder: l10n.t('Choose a session'),
  })
  return picked?.session
}
