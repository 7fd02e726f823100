import { commands, workspace, ConfigurationTarget } from 'vscode'
import type { SessionInfo } from '@signet/core'
import { outside } from './outside.ts'

/** What the person in the browser does with the next authorization page. */
export type BrowserAnswer = 'allow' | 'deny' | 'leave' | 'close'

/** The MCP server of the test world. */
export function serverUrl(): string {
  return process.env.SIGNET_TEST_SERVER ?? ''
}

export async function browserWill(answer: BrowserAnswer, account = 'ada@example.test') {
  await outside('browser', { answer, account })
}

/** Sign-in through the palette's command; what it returns is for callers like these tests. */
export async function signIn(url = serverUrl()): Promise<SessionInfo | undefined> {
  return await commands.executeCommand<SessionInfo | undefined>('signet.signIn', url)
}

/** A row of the view, as its commands get it. */
export function row(session: SessionInfo) {
  return { kind: 'account', session } as const
}

export async function signOut(session: SessionInfo): Promise<void> {
  await commands.executeCommand('signet.signOut', row(session))
}

export async function signOutEverywhere(): Promise<void> {
  while (await commands.executeCommand<boolean>('signet.signOut', serverUrl()));
}

export async function set(name: string, value: unknown): Promise<void> {
  await workspace.getConfiguration('signet').update(name, value, ConfigurationTarget.Global)
}

/** What the servers saw so far. Claims and parameters, no tokens. */
export async function seen(): Promise<Seen> {
  return (await outside('seen')) as Seen
}

export interface Seen {
  readonly pagesOpened: number
  readonly authorizations: readonly {
    readonly redirectUri: string
    readonly clientId: string
    readonly scope: string
  }[]
  readonly issued: readonly {
    readonly grant: string
    readonly clientId: string
    readonly aud: string
  }[]
  readonly revoked: readonly string[]
  readonly requests: readonly {
    readonly method: string
    readonly aud: string
    readonly clientId: string
    readonly scope: string
    readonly byFetch: boolean
  }[]
}

/**
 * Waits for a notification with this text, and returns all of its text. Looks at the notification centre,
 * because the editor shows no more than three toasts in 800 ms.
 */
export async function notificationText(text: string): Promise<string> {
  await commands.executeCommand('notifications.showList')
  return (await outside('notification', { text })) as string
}

export async function clickNotification(text: string, button: string): Promise<void> {
  await commands.executeCommand('notifications.showList')
  await outside('notification-button', { text, button })
}

/** Only the newest three are on screen, so a test starts with none. Also answers open ones with nothing. */
export async function clearNotifications(): Promise<void> {
  await commands.executeCommand('notifications.clearAll')
}

export async function clickDialog(button: string): Promise<void> {
  await outside('dialog', { button })
}

/** The claims of a JWT, for looking at; nothing is verified here. */
export function claimsOf(jwt: string): Record<string, unknown> {
  const payload = jwt.split('.')[1] ?? ''
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>
}

/**
 * `it` for tests that click inside the editor's window. Desktop VS Code in test mode refuses its own
 * dialogs and has nobody to click, so there they are skipped, and say why.
 */
export function itClicks(title: string, test: () => Promise<void>): void {
  if (process.env.SIGNET_TEST_DESKTOP === undefined) it(title, test)
  else it(`${title} (skipped: needs clicks inside the window, see npm run test:host)`)
}
