import { window } from 'vscode'
import type { SessionInfo, SignetClient } from '@signet/core'
import { accountName } from './account-name.ts'
import type { ChatChoice } from './chat-choice.ts'
import type { CommandTarget } from './command-target.ts'
import type { Localise } from './localise.ts'
import type { SignInTarget } from './sign-in-target.ts'

export interface SwitchAccountPorts {
  readonly client: Pick<SignetClient, 'sessions'>
  readonly chat: ChatChoice
  readonly signIn: (target: SignInTarget) => Promise<SessionInfo | undefined>
  readonly l10n: Localise
}

/**
 * "Switch Account…": which account of a server chat uses from now on; another one is signed in first.
 * Other extensions have a choice of their own, which the editor keeps. Returns the session in use.
 */
export async function switchAccount(
  ports: SwitchAccountPorts,
  target: CommandTarget,
): Promise<SessionInfo | undefined> {
  const { client, chat, signIn, l10n } = ports
  const sessions = await client.sessions.list()
  const server = target.serverUrl ?? (await chooseServer(sessions, l10n))
  if (server === undefined) return undefined
  const accounts = sessions.filter((session) => session.server === server)
  const chosen = target.session ?? (await chooseAccount(ports, accounts))
  if (chosen === undefined) return undefined
  const session =
    chosen === 'another' || chosen.signedOut
      ? await signIn({
          serverUrl: server,
          previous: chosen === 'another' ? undefined : chosen,
          challenge: undefined,
          anotherAccount: chosen === 'another',
        })
      : chosen
  if (session === undefined) return undefined
  await chat.turn(session.id, true)
  for (const { id } of accounts) if (id !== session.id) await chat.turn(id, false)
  void window.showInformationMessage(
    l10n.t('Chat uses {0} as {1} now.', new URL(server).host, accountName(session, l10n)),
  )
  return session
}

/** A question only where there is one. */
async function chooseServer(
  sessions: readonly SessionInfo[],
  l10n: Localise,
): Promise<string | undefined> {
  const servers = [...new Set(sessions.map(({ server }) => server))]
  if (servers.length === 0)
    void window.showInformationMessage(l10n.t('You are not signed in to any MCP server.'))
  if (servers.length <= 1) return servers[0]
  return await window.showQuickPick(servers, {
    title: l10n.t('Switch the account of an MCP server'),
    placeHolder: l10n.t('Choose a server'),
  })
}

interface AccountItem {
  readonly label: string
  readonly description: string
  readonly choice: SessionInfo | 'another'
}

async function chooseAccount(
  { chat, l10n }: SwitchAccountPorts,
  accounts: readonly SessionInfo[],
): Promise<SessionInfo | 'another' | undefined> {
  const used = await chat.sessionIds()
  const items = accounts.map((session): AccountItem => ({
    label: accountName(session, l10n),
    description: used.has(session.id) ? l10n.t('used in chat') : '',
    choice: session,
  }))
  const another: AccountItem = {
    label: l10n.t('Another account…'),
    description: l10n.t('signs in with the account you choose in the browser'),
    choice: 'another',
  }
  const picked = await window.showQuickPick([...items, another], {
    title: l10n.t('Switch the account of an MCP server'),
    placeHolder: l10n.t('Choose the account that chat uses'),
  })
  return picked?.choice
}
