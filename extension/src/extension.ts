import { authentication, commands, l10n, window, workspace, type ExtensionContext } from 'vscode'
import { createSignetClient, SignInError, type CorePorts, type SessionInfo } from '@signet/core'
import { fileLock, randomToken, systemClock, systemFetch } from '@signet/core/node'
import { publishedIdentity } from '@signet/site/client-metadata'
import { createAuthenticationProvider } from './authentication-provider.ts'
import { createBackgroundFailures, type BackgroundFailure } from './background-failures.ts'
import { registerChat } from './chat.ts'
import { commandTarget } from './command-target.ts'
import { identitySources } from './identity-sources.ts'
import { createLog } from './log.ts'
import { editorReceivers } from './receivers.ts'
import { rememberSessions } from './remembered-sessions.ts'
import { openExternally, reportFailure } from './report.ts'
import { editorSecrets } from './secrets.ts'
import { createSessionsView } from './sessions-view.ts'
import { readSettings } from './settings.ts'
import { signInCommand, type SignInTarget } from './sign-in-command.ts'
import { createSignInMarks } from './sign-in-marks.ts'
import { createSignInWaits } from './sign-in-waits.ts'
import { signOutCommand, signOutSession } from './sign-out-command.ts'
import { createStatusItem } from './status-item.ts'
import {
  copyDiagnostics,
  createTextDocuments,
  diagnoseServer,
  showTrace,
  type SupportPorts,
} from './support-commands.ts'
import { createTraceHistory } from './trace-history.ts'
import { copySignInLink, pasteRedirectUrl, tryAnotherWay } from './waiting-commands.ts'
import { createWindowsInbox, sharedStore } from './windows.ts'

/** Builds the ports, wires the parts and registers them. No work is done before someone asks for it. */
export function activate(context: ExtensionContext): void {
  const channel = window.createOutputChannel('Signet', { log: true })
  const log = createLog(channel)
  const secrets = editorSecrets(context.secrets)
  const identity = publishedIdentity('production')
  const history = createTraceHistory()
  const configuration = () => readSettings((name) => workspace.getConfiguration('signet').get(name))
  const settings = () => configuration().settings
  const ports: CorePorts = {
    fetch: systemFetch,
    clock: systemClock,
    randomToken,
    secrets,
    lock: fileLock(`${context.globalStorageUri.fsPath}/locks`),
    openBrowser: openExternally,
    chooseIssuer: async (issuers) =>
      await window.showQuickPick([...issuers], {
        title: l10n.t('This server offers several places to sign in'),
        placeHolder: l10n.t('Choose where to sign in'),
        ignoreFocusOut: true,
      }),
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
    async () => await identitySources(settings(), identity, secrets),
  )
  const client = { ...core, sessions: rememberSessions(core.sessions) }
  const store = sharedStore(context, secrets, ports.lock)
  const inbox = createWindowsInbox({ store, clock: systemClock, log, l10n })
  const waits = createSignInWaits((count) => {
    void commands.executeCommand('setContext', 'signet.waiting', count > 0)
    status.waiting(count)
  })
  const commandPorts = {
    client,
    waits,
    marks: createSignInMarks(store, systemClock, randomToken(), (error) =>
      log.failure('what other windows see', error),
    ),
    settings,
    log,
    channel,
    l10n,
    receivers: async () =>
      await editorReceivers(context.extension, identity, inbox, settings().redirect, l10n),
  }
  const texts = createTextDocuments(history)
  const { version } = context.extension.packageJSON as { version: string }
  const supportPorts: SupportPorts = {
    ...commandPorts,
    ignoredSettings: () => configuration().ignored,
    identity,
    history,
    texts,
    extensionVersion: version,
    clock: systemClock,
  }
  const signIn = async (target: SignInTarget) => await signInCommand(commandPorts, target)

  const failed = createBackgroundFailures(
    log,
    (error, what) => void reportFailure(error, what, commandPorts, {}),
  )
  const status = createStatusItem({
    client,
    clock: systemClock,
    l10n,
    failed: (error) => failed(error, 'the status bar'),
  })
  const chat = registerChat({ ...commandPorts, secrets, signIn, failed })

  context.subscriptions.push(
    channel,
    chat,
    status,
    window.registerUriHandler(inbox),
    commands.registerCommand('signet.signIn', async (from?: unknown) => {
      const session = await signIn({
        serverUrl: commandTarget(from).serverUrl,
        previous: undefined,
        challenge: undefined,
      })
      if (session !== undefined) await chat.use(session)
      return session
    }),
    commands.registerCommand('signet.signInAgain', async (from?: unknown) => {
      const { serverUrl, session } = commandTarget(from)
      return await signIn({ serverUrl, previous: session, challenge: undefined })
    }),
    commands.registerCommand(
      'signet.signOut',
      async (from?: unknown) => await signOutCommand(commandPorts, commandTarget(from)),
    ),
    commands.registerCommand(
      'signet.copySignInLink',
      async (id?: unknown) => await copySignInLink(commandPorts, id),
    ),
    commands.registerCommand(
      'signet.pasteRedirectUrl',
      async (id?: unknown) => await pasteRedirectUrl(commandPorts, id),
    ),
    commands.registerCommand(
      'signet.tryAnotherWay',
      async (id?: unknown) => await tryAnotherWay(commandPorts, id),
    ),
    texts,
    commands.registerCommand('signet.showTrace', async () => await showTrace(supportPorts)),
    commands.registerCommand(
      'signet.diagnose',
      async (from?: unknown) => await diagnoseServer(supportPorts, commandTarget(from).serverUrl),
    ),
    commands.registerCommand(
      'signet.copyDiagnostics',
      async () => await copyDiagnostics(supportPorts),
    ),
    commands.registerCommand('signet.showLog', () => channel.show()),
    createSessionsView({
      client,
      settings,
      clock: systemClock,
      l10n,
      failed: (error) => failed(error, 'the view'),
    }),
    registerAccounts(commandPorts, signIn, failed),
  )
}

type CommandPorts = Parameters<typeof signInCommand>[0]
type SignIn = (target: SignInTarget) => Promise<SessionInfo | undefined>

function registerAccounts(ports: CommandPorts, signIn: SignIn, failed: BackgroundFailure) {
  const provider = createAuthenticationProvider({
    client: ports.client,
    signIn,
    signOut: async (sessionId) => {
      await signOutSession(ports, sessionId)
    },
    failed: (error) => failed(error, 'the list of sessions for the Accounts menu'),
    l10n,
  })
  const options = { supportsMultipleAccounts: true }
  return authentication.registerAuthenticationProvider('signet', 'Signet', provider, options)
}
