import { commands, ProgressLocation, window } from 'vscode'
import {
  isSignInError,
  plainText,
  type Alternatives,
  type IdentityKind,
  type SessionInfo,
  type SignetClient,
} from '@signet/core'
import { accountName } from './account-name.ts'
import { waitForDevice } from './device-wait.ts'
import type { Localise } from './localise.ts'
import { nameWhereNeeded } from './name-account.ts'
import type { WayBack } from './receivers.ts'
import { openExternally, reportFailure, type ActionHandlers } from './report.ts'
import { withSecret } from './client-secret.ts'
import { askForServer } from './server-question.ts'
import { scopesToPin } from './scopes-to-pin.ts'
import { otherWindow } from './other-window.ts'
import type { Settings } from './settings.ts'
import type { KnownTarget, SignInTarget } from './sign-in-target.ts'
import type { SignInMarks } from './sign-in-marks.ts'
import type { SignInWait, SignInWaits, WayOut } from './sign-in-waits.ts'
import { withoutQuery, type Log } from './log.ts'
import { waitingMessage } from './waiting-commands.ts'

export interface SignInCommandPorts {
  readonly client: SignetClient
  readonly settings: () => Settings
  readonly receivers: () => Promise<readonly WayBack[]>
  readonly waits: SignInWaits
  readonly marks: SignInMarks
  readonly log: Log
  readonly channel: { readonly show: () => void }
  readonly l10n: Localise
}

/**
 * "Sign In to MCP Server…": asks for the server, waits with ways out, and offers the next way back into the
 * editor when one fails. Asked again for a server whose sign-in waits, it opens the page again and waits
 * along. Returns the session, or undefined when the person gave up.
 */
export async function signInCommand(
  ports: SignInCommandPorts,
  target: SignInTarget,
): Promise<SessionInfo | undefined> {
  const serverUrl = target.serverUrl ?? (await askForServer(ports))
  if (serverUrl === undefined) return undefined
  // Whoever asks at the same time as another is shown the same page, once.
  const shown = ports.waits.forServer(serverUrl)?.link
  const ways = await ports.receivers()
  const there = await otherWindow(ports, serverUrl)
  if (there !== 'sign-in-here') return there
  const waiting = ports.waits.forServer(serverUrl)
  return waiting === undefined
    ? await attempt(ports, { ...target, serverUrl }, ways)
    : await waitAlong(waiting, shown)
}

/** Opens the page that was `shown` already once more. The sign-in that is under way reports its own failure. */
async function waitAlong(
  { link, result }: SignInWait,
  shown: string | undefined,
): Promise<SessionInfo | undefined> {
  if (link !== undefined && link === shown) await openExternally(link)
  try {
    return await result
  } catch (error) {
    if (isSignInError(error)) return undefined
    throw error
  }
}

/** One sign-in, and what follows from its end: a greeting, or a message with next actions. */
async function attempt(
  ports: SignInCommandPorts,
  target: KnownTarget,
  ways: readonly WayBack[],
): Promise<SessionInfo | undefined> {
  const { l10n } = ports
  // The way that was used last, with those that are left.
  let present = ways
  try {
    const obtained = await during(ports, target.serverUrl, async (wait) => {
      let avoid: readonly IdentityKind[] = []
      let device = false
      for (;;) {
        const result = await untilSwitched(wait, present, device, async (cancelled) =>
          device
            ? await waitForDevice(ports, target, wait, cancelled)
            : await waitForBrowser(ports, target, present, avoid, wait, cancelled),
        )
        if ('session' in result) return result.session
        const { switchTo } = result
        device = switchTo === 'device'
        if (switchTo === 'register') avoid = ['cimd']
        present = [
          ...present.filter(({ kind }) => kind === switchTo),
          ...present.filter(({ kind }) => kind !== switchTo),
        ]
      }
    })
    const session = await nameWhereNeeded(ports, obtained)
    void window.showInformationMessage(
      l10n.t('Signed in to {0} as {1}.', hostOf(session.server), accountName(session, l10n)),
    )
    return session
  } catch (error) {
    let next: Promise<SessionInfo | undefined> | undefined
    const others = present.slice(1)
    await reportFailure(
      error,
      `sign-in to ${JSON.stringify(withoutQuery(target.serverUrl))}`,
      ports,
      {
        ...clientSecretAction(error, ports.settings()),
        'try-again': () => {
          next = isSignInError(error, 'server_url_invalid')
            ? signInCommand(ports, { ...target, serverUrl: undefined })
            : attempt(ports, target, present)
        },
        ...(others.length === 0
          ? {}
          : { 'another-way': () => void (next = attempt(ports, target, others)) }),
      },
    )
    return await next
  }
}

/** Where a client of the person's own is refused, and where its secret is missing. */
function clientSecretAction(error: unknown, settings: Settings): ActionHandlers {
  if (!isSignInError(error, 'token_refused') && !isSignInError(error, 'no_client_identity'))
    return {}
  const { issuer } = error.detail
  return withSecret(settings).some((client) => client.issuer === issuer)
    ? {
        'client-secret': async () =>
          await commands.executeCommand('signet.setClientSecret', issuer),
      }
    : {}
}

/** Seen in this window and in the others. */
async function during(
  { waits, marks }: SignInCommandPorts,
  serverUrl: string,
  task: (wait: SignInWait) => Promise<SessionInfo>,
): Promise<SessionInfo> {
  return await marks.during(serverUrl, async () => await waits.during(serverUrl, task))
}

/** One way to sign in, until it ends or the person asks for another one. */
async function untilSwitched(
  wait: SignInWait,
  ways: readonly WayBack[],
  device: boolean,
  attempt: (cancelled: AbortController) => Promise<SessionInfo>,
): Promise<{ readonly session: SessionInfo } | { readonly switchTo: WayOut }> {
  const cancelled = new AbortController()
  let switchTo: WayOut | undefined
  wait.others = (device ? ways : ways.slice(1)).map(({ kind }) => kind)
  wait.switchTo = (way) => {
    switchTo = way
    cancelled.abort()
  }
  try {
    return { session: await attempt(cancelled) }
  } catch (error) {
    if (switchTo !== undefined && isSignInError(error, 'cancelled')) return { switchTo }
    throw error
  } finally {
    wait.link = undefined
  }
}

/** The sign-in on the first of the ways. What the server offers beside it joins the ways out. */
async function waitForBrowser(
  ports: SignInCommandPorts,
  target: KnownTarget,
  [way]: readonly WayBack[],
  avoid: readonly IdentityKind[],
  wait: SignInWait,
  cancelled: AbortController,
): Promise<SessionInfo> {
  if (way === undefined) throw new Error('no way back: chooseReceivers returns at least one')
  const { l10n } = ports
  const settings = ports.settings()
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Signing in to {0}', hostOf(target.serverUrl)),
    cancellable: true,
  }
  return await window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => cancelled.abort())
    progress.report({ message: l10n.t('asking the server where to sign in…') })
    const openBrowser = async (url: string) => {
      wait.link = url
      progress.report({ message: waitingMessage(wait, l10n) })
      const opened = await openExternally(url)
      if (way.kind === 'paste' && opened)
        void commands.executeCommand('signet.pasteRedirectUrl', wait.id)
      return opened
    }
    const request = {
      serverUrl: target.serverUrl,
      openReceiver: way.open(wait.paste),
      avoid,
      pinnedScopes: scopesToPin(settings.scopes.get(target.serverUrl), target.scopes),
      extraParameters: settings.authorizationParameters,
      challenge: target.challenge,
      previous: target.previous,
      anotherAccount: target.anotherAccount ?? false,
      offer: ({ identity, device }: Alternatives) => {
        wait.others = [
          ...wait.others,
          ...(identity === undefined ? [] : (['register'] as const)),
          ...(device ? (['device'] as const) : []),
        ]
      },
      openBrowser,
    }
    return await ports.client.signIn(request, cancelled.signal)
  })
}

/** For people to recognise the server; the text itself when it is not a URL. */
function hostOf(serverUrl: string): string {
  return URL.canParse(serverUrl) ? new URL(serverUrl).host : plainText(serverUrl)
}
