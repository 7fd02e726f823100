import { McpHttpServerDefinition, Uri, window, workspace } from 'vscode'
import type { Challenge, SecretStore, SessionInfo, SignetClient } from '@signet/core'
import { randomToken, systemClock } from '@signet/core/node'
import type { BackgroundFailure } from './background-failures.ts'
import { createChatChoice } from './chat-choice.ts'
import { stopUsingInChat, useInChat } from './chat-commands.ts'
import type { CommandId } from './command-ids.ts'
import { commandTarget } from './command-target.ts'
import { failureWords } from './gateway-words.ts'
import { createGateway } from './gateway/server.ts'
import { systemAfter } from './gateway/timer.ts'
import { withoutQuery, type Log } from './log.ts'
import { createMcpServers, type McpServers } from './mcp-servers.ts'
import type { Localise } from './localise.ts'
import type { Settings } from './settings.ts'
import type { SignInTarget } from './sign-in-target.ts'
import { switchAccount } from './switch-account-command.ts'

export interface ChatPorts {
  readonly client: SignetClient
  readonly secrets: SecretStore
  readonly settings: () => Settings
  readonly log: Log
  readonly l10n: Localise
  readonly signIn: (target: SignInTarget) => Promise<SessionInfo | undefined>
  readonly serversChanged: () => void
  readonly failed: BackgroundFailure
}

export interface Chat {
  readonly servers: McpServers
  readonly commands: Pick<
    Readonly<Record<CommandId, (argument: unknown) => unknown>>,
    'useInChat' | 'stopUsingInChat' | 'switchAccount'
  >
  readonly dispose: () => void
  /** After a sign-in from the palette: who signs in there wants the server's tools. */
  readonly use: (session: SessionInfo) => Promise<void>
}

/** Everything that lets VS Code's chat use the sign-ins: the choice, the gateway, the list, the commands. */
export function createChat(ports: ChatPorts): Chat {
  const { client, secrets, settings, log, l10n, signIn, failed } = ports
  const chat = createChatChoice(secrets)
  const ask = askThePerson(l10n, signIn)
  const gateway = createGateway({
    client,
    clock: systemClock,
    after: systemAfter,
    randomToken,
    describe: (error) => failureWords(error, l10n),
    failed: (server, error) =>
      log.failure(`a request to ${JSON.stringify(withoutQuery(server))}`, error),
    askForMore: async (session, challenge) => {
      const { server } = session
      log.trace({
        step: 'step-up',
        at: systemClock.now(),
        outcome: 'note',
        detail: { server, scope: challenge.scopes },
      })
      return await ask(session, challenge)
    },
  })
  const servers = createMcpServers({
    client,
    chat,
    gateway,
    gatewayOn: () => settings().gateway,
    onDidChangeSetting: (listener) => {
      const subscription = workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('signet.gateway')) listener()
      })
      return () => void subscription.dispose()
    },
    askToSignIn: (session) =>
      void ask(session, undefined).catch((error: unknown) => log.failure('sign-in', error)),
    changed: ports.serversChanged,
    failed: (error) => failed(error, 'the list of servers for chat'),
    define: (label, url, headers, version) =>
      new McpHttpServerDefinition(label, Uri.parse(url), { ...headers }, version),
  })
  const choicePorts = {
    client,
    chat,
    l10n,
    signIn: async (serverUrl: string | undefined) =>
      await signIn({ serverUrl, previous: undefined, challenge: undefined }),
  }
  return {
    servers,
    commands: {
      useInChat: async (from) => await useInChat(choicePorts, commandTarget(from).serverUrl),
      stopUsingInChat: async (from) =>
        await stopUsingInChat(choicePorts, commandTarget(from).serverUrl),
      switchAccount: async (from) =>
        await switchAccount({ client, chat, signIn, l10n }, commandTarget(from)),
    },
    dispose: () => {
      servers.dispose()
      void gateway.close()
    },
    use: async ({ id }) => await chat.turn(id, true),
  }
}

/**
 * One notification with one button, then the sign-in behind it. While a question about a session is open,
 * it is not asked again. What the server asks for is in the log and on the sign-in page: its words are not
 * shown in the editor's name.
 */
function askThePerson(l10n: Localise, signIn: ChatPorts['signIn']) {
  const open = new Map<string, Promise<SessionInfo | undefined>>()
  const ask = async (previous: SessionInfo, challenge: Challenge | undefined) => {
    const { host } = new URL(previous.server)
    const wider = challenge?.error === 'insufficient_scope'
    const button = wider ? l10n.t('Allow…') : l10n.t('Sign In')
    const words = wider
      ? l10n.t('{0} needs more access than you have given it. Your browser shows which.', host)
      : l10n.t('{0} needs a new sign-in before it can be used.', host)
    const chosen = await window.showWarningMessage(words, button)
    if (chosen !== button) return undefined
    return await signIn({ serverUrl: previous.server, previous, challenge })
  }
  return async (session: SessionInfo, challenge: Challenge | undefined) => {
    const asked = open.get(session.id) ?? ask(session, challenge)
    open.set(session.id, asked)
    try {
      return await asked
    } finally {
      open.delete(session.id)
    }
  }
}
