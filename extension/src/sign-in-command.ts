import { ProgressLocation, window, type CancellationToken } from 'vscode'
import {
  isSignInError,
  parseServerUrl,
  SignInError,
  type Challenge,
  type OpenReceiver,
  type SessionInfo,
  type SignetClient,
} from '@signet/core'
import type { Localise } from './messages.ts'
import { messageFor } from './messages.ts'
import { reportFailure } from './report.ts'
import type { Settings } from './settings.ts'
import type { Log } from './log.ts'

export interface SignInCommandPorts {
  readonly client: SignetClient
  readonly settings: () => Settings
  readonly receivers: () => Promise<
    readonly { readonly kind: string; readonly open: OpenReceiver }[]
  >
  readonly log: Log
  readonly channel: { readonly show: () => void }
  readonly l10n: Localise
}

/** What to sign in to; from the palette nothing is known yet. */
export interface SignInTarget {
  readonly serverUrl: string | undefined
  readonly previous: SessionInfo | undefined
  /** What the server has just asked for; undefined: it is asked first. */
  readonly challenge: Challenge | undefined
}

/**
 * "Sign In to MCP Server…": asks for the server, shows cancellable progress, and offers the next way back
 * into the editor when one fails. Returns the session, or undefined when the person gave up.
 */
export async function signInCommand(
  ports: SignInCommandPorts,
  target: SignInTarget,
): Promise<SessionInfo | undefined> {
  const serverUrl = target.serverUrl ?? (await askForServer(ports))
  if (serverUrl === undefined) return undefined
  const ways = await ports.receivers()
  return await attempt(ports, { ...target, serverUrl }, ways)
}

/** Signed-in and configured servers to choose from, or any other URL. */
async function askForServer({
  client,
  settings,
  l10n,
}: SignInCommandPorts): Promise<string | undefined> {
  const sessions = await client.sessions.list()
  const known = new Map(
    settings().servers.map(({ url, label }) => [
      url,
      { label: label ?? url, description: label === undefined ? '' : url, url },
    ]),
  )
  for (const { server } of sessions) {
    known.set(server, {
      ...(known.get(server) ?? { label: server, url: server }),
      description: l10n.t('signed in'),
    })
  }
  if (known.size > 0) {
    const other = { label: l10n.t('Another server…'), description: '', url: undefined }
    const picked = await window.showQuickPick([...known.values(), other], {
      title: l10n.t('Sign in to an MCP server'),
      placeHolder: l10n.t('Choose a server'),
    })
    if (picked === undefined) return undefined
    if (picked.url !== undefined) return picked.url
  }
  return await window.showInputBox({
    title: l10n.t('Sign in to an MCP server'),
    prompt: l10n.t('The server’s address'),
    placeHolder: 'https://mcp.example.com/mcp',
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? undefined : problemWith(value, l10n)),
  })
}

function problemWith(value: string, l10n: Localise): string | undefined {
  try {
    parseServerUrl(value)
    return undefined
  } catch (error) {
    return isSignInError(error) ? messageFor(error.code, error.detail, l10n).text : undefined
  }
}

async function attempt(
  ports: SignInCommandPorts,
  target: SignInTarget & { readonly serverUrl: string },
  ways: readonly { readonly open: OpenReceiver }[],
): Promise<SessionInfo | undefined> {
  const [way, ...others] = ways
  const { l10n } = ports
  const settings = ports.settings()
  try {
    const title = l10n.t('Signing in to {0}: continue in your browser', hostOf(target.serverUrl))
    const session = await withProgress(
      title,
      async (signal) =>
        await ports.client.signIn(
          {
            serverUrl: target.serverUrl,
            openReceiver: way?.open ?? noReceiver,
            avoid: [],
            pinnedScopes: settings.scopes.get(target.serverUrl),
            extraParameters: settings.authorizationParameters,
            challenge: target.challenge,
            previous: target.previous,
          },
          signal,
        ),
    )
    void window.showInformationMessage(
      session.accountLabel === undefined
        ? l10n.t('Signed in to {0}.', hostOf(session.server))
        : l10n.t('Signed in to {0} as {1}.', hostOf(session.server), session.accountLabel),
    )
    return session
  } catch (error) {
    let next: Promise<SessionInfo | undefined> | undefined
    await reportFailure(error, `sign-in to ${JSON.stringify(target.serverUrl)}`, ports, {
      'try-again': () => {
        next = isSignInError(error, 'server_url_invalid')
          ? signInCommand(ports, { ...target, serverUrl: undefined })
          : attempt(ports, target, ways)
      },
      ...(others.length === 0
        ? {}
        : { 'another-way': () => void (next = attempt(ports, target, others)) }),
    })
    return await next
  }
}

/** Runs a task under a progress notification whose Cancel aborts the signal. */
async function withProgress<T>(
  title: string,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true }
  return await window.withProgress(options, async (_progress, token) => await task(signalOf(token)))
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController()
  token.onCancellationRequested(() => controller.abort())
  return controller.signal
}

/** For people to recognise the server; the text itself when it is not a URL. */
function hostOf(serverUrl: string): string {
  return URL.canParse(serverUrl) ? new URL(serverUrl).host : serverUrl
}

const noReceiver: OpenReceiver = async () =>
  await Promise.reject(
    new SignInError('receiver_unavailable', { reason: 'no way back into this editor' }),
  )
