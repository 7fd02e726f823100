import { hostReach, type SessionInfo, type TraceEvent } from '@signet/core'
import { withoutQuery } from './log.ts'
import { accountState } from './session-tree.ts'
import type { Settings } from './settings.ts'
import { traceText } from './trace-history.ts'

/** What a report for support is made of. */
export interface DiagnosticsFacts {
  readonly extensionVersion: string
  readonly editor: string
  readonly platform: string
  /** Which way back a sign-in would take, best first. */
  readonly ways: readonly string[]
  readonly settings: Settings
  /** Names of settings with entries of a wrong shape. */
  readonly ignoredSettings: readonly string[]
  readonly sessions: readonly SessionInfo[]
  readonly events: readonly TraceEvent[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The published identity's own host is public and stays readable. */
  readonly ownHost: string
}

/**
 * A report that can be posted in public: every host but our own and loopback has a number instead of its
 * name, paths are cut to their well-known beginning, accounts are counted and not named. Tokens were never
 * in reach. Pure.
 */
export function diagnosticsReport(facts: DiagnosticsFacts): string {
  const redact = createRedactor(facts.ownHost)
  const { settings } = facts
  const sessions = facts.sessions.map((session) =>
    [
      redact(session.server),
      accountState(session, facts.now),
      session.registration,
      `issuer ${redact(session.issuer)}`,
      `account ${session.accountLabel === undefined ? 'unnamed' : 'named'}`,
      `${session.scopes.length} scopes`,
    ].join(', '),
  )
  return [
    `Signet ${facts.extensionVersion}`,
    `Editor: ${facts.editor}`,
    `Platform: ${facts.platform}`,
    `Ways back: ${facts.ways.join(', ')}`,
    `Settings: redirect ${settings.redirect}, published document ${onOff(settings.publishedDocument)}, dynamic registration ${onOff(settings.dynamicRegistration)}, ${settings.servers.length} servers, ${settings.preRegisteredClients.length} clients`,
    `Ignored settings: ${facts.ignoredSettings.join(', ') || 'none'}`,
    '',
    `Sessions: ${facts.sessions.length}`,
    ...sessions.map((line) => `- ${line}`),
    '',
    'Trace of this window:',
    traceText(facts.events, redact),
  ].join('\n')
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off'
}

/** The same host gets the same number, so that the report still shows who is who. */
export function createRedactor(ownHost: string): (text: string) => string {
  const numbers = new Map<string, number>()
  return (text) => {
    if (!text.includes('://') || !URL.canParse(text)) return text.includes('@') ? '(account)' : text
    const { protocol, host, hostname, pathname } = new URL(text)
    if (host === ownHost || hostReach(hostname) === 'loopback') return String(withoutQuery(text))
    const number = numbers.get(host) ?? numbers.size + 1
    numbers.set(host, number)
    const path = /^\/(\.well-known\/[a-z-]+)?/.exec(pathname)?.[0] ?? ''
    return `${protocol}//host-${number}${path}${path === pathname ? '' : '…'}`
  }
}
