import { window } from 'vscode'
import type { SessionInfo, SignetClient } from '@signet/core'
import type { ChatChoice } from './chat-choice.ts'
import { labelOf } from './chat-servers.ts'
import type { Localise } from './localise.ts'

export interface ChatCommandPorts {
  readonly client: SignetClient
  readonly chat: ChatChoice
  /** Interactive sign-in; undefined when the person gave up. */
  readonly signIn: (serverUrl: string | undefined) => Promise<SessionInfo | undefined>
  readonly l10n: Localise
}

/** "Use Server in Chat": of the given server, or one the person picks; signs in first where that is due. */
export async function useInChat(
  ports: ChatCommandPorts,
  serverUrl: string | undefined,
): Promise<boolean> {
  const { chat, l10n } = ports
  const session = await chooseToUse(ports, serverUrl)
  if (session === undefined) return false
  await chat.turn(session.id, true)
  void window.showInformationMessage(l10n.t('Chat can use {0} now.', labelOf(session)))
  return true
}

/** "Stop Using in Chat": of the given server, or one the person picks. The sign-in stays. */
export async function stopUsingInChat(
  { client, chat, l10n }: ChatCommandPorts,
  serverUrl: string | undefined,
): Promise<boolean> {
  const chosen = await chat.sessionIds()
  const used = (await client.sessions.list()).filter(
    ({ id, server }) => chosen.has(id) && (serverUrl === undefined || server === serverUrl),
  )
  if (used.length === 0) {
    void window.showInformationMessage(l10n.t('Chat uses none of your MCP sign-ins.'))
    return false
  }
  const [first] = used
  const session =
    serverUrl !== undefined && used.length === 1
      ? first
      : (
          await window.showQuickPick(used.map(item), {
            title: l10n.t('Stop using an MCP server in chat'),
            placeHolder: l10n.t('Choose a server'),
          })
        )?.session
  if (session === undefined) return false
  await chat.turn(session.id, false)
  return true
}

async function chooseToUse(
  { client, chat, signIn, l10n }: ChatCommandPorts,
  serverUrl: string | undefined,
): Promise<SessionInfo | undefined> {
  const chosen = await chat.sessionIds()
  const fitting = (await client.sessions.list()).filter(
    ({ server }) => serverUrl === undefined || server === serverUrl,
  )
  const unused = fitting.filter(({ id }) => !chosen.has(id))
  if (serverUrl !== undefined && fitting.length <= 1) return fitting[0] ?? (await signIn(serverUrl))
  if (unused.length === 0) return await signIn(serverUrl)
  const other = { label: l10n.t('Another server or account…'), session: undefined }
  const picked = await window.showQuickPick([...unused.map(item), other], {
    title: l10n.t('Use an MCP server in chat'),
    placeHolder: l10n.t('Choose a server'),
  })
  if (picked === undefined) return undefined
  return picked.session ?? (await signIn(serverUrl))
}

function item(session: SessionInfo) {
  return { label: labelOf(session), session }
}
