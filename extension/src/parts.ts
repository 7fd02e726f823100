import { commands, l10n, window, workspace } from 'vscode'
import type {
  AuthenticationProviderAuthenticationSessionsChangeEvent as SessionsChange,
  EventEmitter,
  ExtensionContext,
  TreeView,
  UriHandler,
} from 'vscode'
import { createSignetClient, SignInError, type CorePorts } from '@signet/core'
import { fileLock, randomToken, systemClock, systemFetch } from '@signet/core/node'
import { createAccounts, type Accounts } from './authentication-provider.ts'
import { createBackgroundFailures } from './background-failures.ts'
import { createChat } from './chat.ts'
import { checkIdentity } from './check-identity-command.ts'
import type { CommandId } from './command-ids.ts'
import { chooseIssuer } from './choose-issuer.ts'
import { commandTarget } from './command-target.ts'
import { identitySources } from './identity-sources.ts'
import { createLog } from './log.ts'
import type { McpServers } from './mcp-servers.ts'
import { editorOrMainIdentity, editorReceivers } from './receivers.ts'
import { rememberSessions } from './remembered-sessions.ts'
import { openExternally, reportFailure } from './report.ts'
import { editorSecrets } from './secrets.ts'
import type { TreeNode } from './session-tree.ts'
import { createSessionRows, type SessionRows } from './sessions-view.ts'
import { setClientSecret } from './set-client-secret-command.ts'
import { readSettings } from './settings.ts'
import { signInCommand } from './sign-in-command.ts'
import type { SignInTarget } from './sign-in-target.ts'
import { createSignInMarks } from './sign-in-marks.ts'
import { createSignInWaits } from './sign-in-waits.ts'
import { signOutCommand, signOutSession } from './sign-out-command.ts'
import { createStatusItem } from './status-item.ts'
import { copyDiagnostics, diagnoseServer, showTrace } from './support-commands.ts'
import { createTextDocuments } from './text-documents.ts'
import { createTraceHistory } from './trace-history.ts'
import { copySignInLink, pasteRedirectUrl, tryAnotherWay } from './waiting-commands.ts'
import { createWindowsInbox } from './windows.ts'

/** What was registered at activation and speaks for the parts: the events of the providers, and the view. */
export interface Doors {
  readonly sessions: EventEmitter<SessionsChange>
  readonly servers: EventEmitter<void>
  readonly rows: EventEmitter<undefined>
  readonly view: TreeView<TreeNode>
}

/** What the registrations lead to. */
export interface Parts {
  readonly commands: Readonly<Record<CommandId, (argument: unknown) => unknown>>
  readonly inbox: UriHandler
  readonly accounts: Accounts
  readonly servers: McpServers
  readonly rows: SessionRows
}

/** Builds the ports and wires the parts. Called once, when a registration is first used. */
export function createParts(context: ExtensionContext, doors: Doors): Parts {
  const channel = window.createOutputChannel('Signet', { log: true })
  const log = createLog(channel)
  const lock = fileLock(`${context.globalStorageUri.fsPath}/locks`)
  const { secrets, shared } = editorSecrets(context, { lock, log, l10n })
  const { id } = context.extension
  const history = createTraceHistory()
  const configuration = () => readSettings((name) => workspace.getConfiguration('signet').get(name))
  const settings = () => configuration().settings
  const identity = () => editorOrMainIdentity(id, settings().redirect)
  const ports: CorePorts = {
    fetch: systemFetch,
    clock: systemClock,
    randomToken,
    secrets,
    lock,
    openBrowser: openExternally,
    chooseIssuer: async (issuers) => await chooseIssuer(issuers, l10n),
    trace: (event) => {
      history.add(event)
      log.trace(event)
      const { quarantined } = event.detail
      if (typeof quarantined !== 'string') return
      const error = new SignInError('session_corrupt', { quarantined })
      const signInAnew = { 'sign-in': async () => await commands.executeCommand('signet.signIn') }
      void reportFailure(error, 'reading a session', { log, channel, l10n }, signInAnew)
    },
  }
  const core = createSignetClient(
    ports,
    async () => await identitySources(settings(), identity(), secrets),
  )
  const client = { ...core, sessions: rememberSessions(core.sessions) }
  const inbox = createWindowsInbox({ store: shared, clock: systemClock, log, l10n })
  const waits = createSignInWaits((count) => {
    void commands.executeCommand('setContext', 'signet.waiting', count > 0)
    status.waiting(count)
  })
  const texts = createTextDocuments(history)
  const { version } = context.extension.packageJSON as { version: string }
  const all = {
    ...ports,
    client,
    waits,
    marks: createSignInMarks(shared, systemClock, randomToken(), (error) =>
      log.failure('what other windows see', error),
    ),
    settings,
    ignoredSettings: () => configuration().ignored,
    identity,
    history,
    texts,
    extensionVersion: version,
    log,
    channel,
    l10n,
    receivers: async () =>
      await editorReceivers(context.extension, identity(), inbox, settings().redirect, l10n),
  }
  const signIn = async (target: SignInTarget) => await signInCommand(all, target)
  const failed = createBackgroundFailures(
    log,
    (error, what) => void reportFailure(error, what, all, {}),
  )
  const status = createStatusItem({
    client,
    clock: systemClock,
    l10n,
    failed: (error) => failed(error, 'the status bar'),
  })
  const chat = createChat({ ...all, signIn, failed, serversChanged: () => doors.servers.fire() })
  const accounts = createAccounts({
    client,
    signIn,
    signOut: async (sessionId) => {
      await signOutSession(all, sessionId)
    },
    changed: (change) => doors.sessions.fire(change),
    failed: (error) => failed(error, 'the list of sessions for the Accounts menu'),
    l10n,
  })
  const rows = createSessionRows({
    ...all,
    view: doors.view,
    changed: () => doors.rows.fire(undefined),
    failed: (error) => failed(error, 'the view'),
  })
  context.subscriptions.push(channel, texts, status, chat, accounts, rows)

  return {
    inbox,
    accounts,
    servers: chat.servers,
    rows,
    commands: {
      ...chat.commands,
      signIn: async (from) => {
        const { serverUrl } = commandTarget(from)
        const session = await signIn({ serverUrl, previous: undefined, challenge: undefined })
        if (session !== undefined) await chat.use(session)
        return session
      },
      signInAgain: async (from) => {
        const { serverUrl, session } = commandTarget(from)
        return await signIn({ serverUrl, previous: session, challenge: undefined })
      },
      signOut: async (from) => await signOutCommand(all, commandTarget(from)),
      copySignInLink: async (wait) => await copySignInLink(all, wait),
      pasteRedirectUrl: async (wait) => await pasteRedirectUrl(all, wait),
      tryAnotherWay: async (wait) => await tryAnotherWay(all, wait),
      setClientSecret: async (issuer) =>
        await setClientSecret(all, typeof issuer === 'string' ? issuer : undefined),
      checkIdentity: async () => await checkIdentity(all),
      showTrace: async () => await showTrace(all),
      diagnose: async (from) => await diagnoseServer(all, commandTarget(from).serverUrl),
      copyDiagnostics: async () => await copyDiagnostics(all),
      showLog: () => channel.show(),
    },
  }
}
