import { window } from 'vscode'
import type { SessionInfo, SignetClient } from '@signet/core'
import type { Localise } from './messages.ts'
import { reportFailure } from './report.ts'
import type { Log } from './log.ts'

export interface SignOutCommandPorts {
  readonly client: SignetClient
  readonly log: Log
  readonly channel: { readonly show: () => void }
  readonly l10n: Localise
}

/** "Sign Out…": asks which session, revokes it at its issuer, forgets it, and says what became of it. */
export async function signOutCommand(
  ports: SignOutCommandPorts,
  chosen: SessionInfo | undefined,
): Promise<boolean> {
  const { l10n } = ports
  const session = chosen ?? (await askForSession(ports))
  if (session === undefined) return false
  try {
    const { revocation } = await ports.client.signOut(session.id, new AbortController().signal)
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

async function askForSession({
  client,
  l10n,
}: SignOutCommandPorts): Promise<SessionInfo | undefined> {
  const sessions = await client.sessions.list()
  if (sessions.length === 0) {
    void window.showInformationMessage(l10n.t('You are not signed in to any MCP server.'))
    return undefined
  }
  const items = sessions.map((session) => ({
    label: session.server,
    description: session.accountLabel ?? '',
    session,
  }))
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Sign out of an MCP server'),
    placeHolder: l10n.t('Choose a session'),
  })
  return picked?.session
}
