import { commands, env, UIKind, window, type LogOutputChannel } from 'vscode'
import { isSignInError } from '@signet/core'
import type { Localise } from './localise.ts'
import type { NextAction } from './messages.ts'
import { messageFor } from './messages.ts'
import type { Log } from './log.ts'

/** Actions the caller can carry out; the others are left out of the notification. */
export type ActionHandlers = Partial<Record<NextAction, () => unknown>>

/**
 * Shows one failure with its next actions. Cancelling is not a failure and shows nothing; an error that
 * is not one of ours is a bug, which the log describes.
 */
export async function reportFailure(
  error: unknown,
  what: string,
  ports: {
    readonly log: Log
    readonly channel: Pick<LogOutputChannel, 'show'>
    readonly l10n: Localise
  },
  handlers: ActionHandlers,
): Promise<void> {
  if (isSignInError(error, 'cancelled')) return
  ports.log.failure(what, error)
  const { l10n } = ports
  const message = isSignInError(error)
    ? messageFor(error.code, error.detail, l10n)
    : {
        text: l10n.t('Something went wrong inside Signet. The log says where.'),
        actions: ['log'] as const,
      }
  const all: ActionHandlers = {
    log: () => ports.channel.show(),
    settings: async () =>
      await commands.executeCommand('workbench.action.openSettings', '@ext:signet.signet-mcp'),
    ...handlers,
  }
  const labels = new Map(
    message.actions
      .filter((action) => all[action] !== undefined)
      .map((action) => [label(action, l10n), action]),
  )
  const benign = isSignInError(error, 'server_open') || isSignInError(error, 'authorization_denied')
  const show = benign ? window.showInformationMessage : window.showErrorMessage
  const chosen = labels.get((await show(message.text, ...labels.keys())) ?? '')
  if (chosen !== undefined) await all[chosen]?.()
}

function label(action: NextAction, l10n: Localise): string {
  switch (action) {
    case 'try-again':
      return l10n.t('Try Again')
    case 'another-way':
      return l10n.t('Try Another Way')
    case 'sign-in':
      return l10n.t('Sign In')
    case 'settings':
      return l10n.t('Open Settings')
    case 'client-secret':
      return l10n.t('Set Client Secret…')
    case 'log':
      return l10n.t('Show Log')
  }
}

/** The system browser, through the editor. A string keeps nested encoding that a Uri object loses. */
export async function openExternally(url: string): Promise<boolean> {
  const opened = await env.openExternal(url as unknown as Parameters<typeof env.openExternal>[0])
  // In a browser reading the clipboard asks for permission, and waits for the answer.
  if (opened || env.uiKind === UIKind.Web) return opened
  // "Copy" in the trusted-domains prompt: the person opens the link themselves.
  return (await env.clipboard.readText()) === url
}
