import { ProgressLocation, window } from 'vscode'
import type { SessionInfo, SignetClient } from '@signet/core'
import type { Localise } from './localise.ts'
import type { SignInMarks } from './sign-in-marks.ts'

export interface OtherWindowPorts {
  readonly client: Pick<SignetClient, 'sessions'>
  readonly marks: SignInMarks
  readonly l10n: Localise
}

/**
 * Says when another window is signing in to the same server, and lets the person wait for it. Returns its
 * session, undefined when the person gave up or it ended without one, or that the sign-in is to happen here.
 */
export async function otherWindow(
  { client, marks, l10n }: OtherWindowPorts,
  serverUrl: string,
): Promise<SessionInfo | 'sign-in-here' | undefined> {
  if (!(await marks.elsewhere(serverUrl))) return 'sign-in-here'
  const { host } = new URL(serverUrl)
  const here = l10n.t('Sign In Here')
  const wait = l10n.t('Wait for It')
  const text = l10n.t('Another window is signing in to {0}.', host)
  const chosen = await window.showInformationMessage(text, wait, here)
  if (chosen === here) return 'sign-in-here'
  if (chosen !== wait) return undefined
  const known = new Map((await client.sessions.list()).map((session) => [session.id, session]))
  const options = { location: ProgressLocation.Notification, title: text, cancellable: true }
  return await window.withProgress(options, async (_progress, token) => {
    const cancelled = new AbortController()
    token.onCancellationRequested(() => cancelled.abort())
    try {
      await marks.ended(serverUrl, cancelled.signal)
    } catch (error) {
      if (cancelled.signal.aborted) return undefined
      throw error
    }
    // New, or renewed: a sign-in sets the time of both.
    return (await client.sessions.list()).findLast(
      ({ id, server, createdAt }) => server === serverUrl && known.get(id)?.createdAt !== createdAt,
    )
  })
}
