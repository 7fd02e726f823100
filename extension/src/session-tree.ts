import type { SessionInfo } from '@signet/core'
import { accountName } from './account-name.ts'
import type { Localise } from './localise.ts'

/** Lasting: renews itself. Ending: works until its token ends. Ended: needs the person. */
export type AccountState = 'lasting' | 'ending' | 'ended'

export interface ServerNode {
  readonly kind: 'server'
  readonly server: string
  readonly label: string
  readonly description: string
  readonly accounts: readonly AccountNode[]
}

export interface AccountNode {
  readonly kind: 'account'
  readonly session: SessionInfo
  readonly state: AccountState
  readonly label: string
  readonly description: string
  readonly facts: readonly FactNode[]
}

/** One line about an account; `icon` is a product icon's name. */
export interface FactNode {
  readonly kind: 'fact'
  readonly icon: string
  readonly label: string
  readonly description: string
}

export type TreeNode = ServerNode | AccountNode | FactNode

export interface TreeContext {
  /** Names the person gave to servers, by URL. */
  readonly names: ReadonlyMap<string, string>
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly formatTime: (ms: number) => string
  readonly l10n: Localise
}

/** Sessions → server, account, facts: servers by name, accounts in the order of signing in. Pure. */
export function sessionTree(
  sessions: readonly SessionInfo[],
  context: TreeContext,
): readonly ServerNode[] {
  const byServer = Map.groupBy(sessions, ({ server }) => server)
  return [...byServer]
    .map(([server, accounts]) => serverNode(server, accounts, context))
    .sort((a, b) => a.label.localeCompare(b.label) || a.server.localeCompare(b.server))
}

/** How many accounts need the person. */
export function endedCount(servers: readonly ServerNode[]): number {
  return servers.flatMap(({ accounts }) => accounts).filter(({ state }) => state === 'ended').length
}

export function accountState(session: SessionInfo, now: number): AccountState {
  if (session.signedOut) return 'ended'
  if (session.renewable) return 'lasting'
  return session.expiresAt !== undefined && session.expiresAt <= now ? 'ended' : 'ending'
}

function serverNode(
  server: string,
  sessions: readonly SessionInfo[],
  context: TreeContext,
): ServerNode {
  const named = context.names.get(server)
  return {
    kind: 'server',
    server,
    label: named ?? withoutScheme(server),
    description: named === undefined ? '' : withoutScheme(server),
    accounts: sessions.map((session) => accountNode(session, context)),
  }
}

function accountNode(session: SessionInfo, context: TreeContext): AccountNode {
  const state = accountState(session, context.now)
  return {
    kind: 'account',
    session,
    state,
    label: accountName(session, context.l10n),
    description: stateWords(session, state, context),
    facts: facts(session, context),
  }
}

function stateWords(
  { expiresAt }: SessionInfo,
  state: AccountState,
  { l10n, formatTime }: TreeContext,
): string {
  switch (state) {
    case 'lasting':
      return l10n.t('stays signed in')
    case 'ending':
      return expiresAt === undefined
        ? l10n.t('signed in')
        : l10n.t('signed in until {0}', formatTime(expiresAt))
    case 'ended':
      return l10n.t('needs a new sign-in')
  }
}

function facts(session: SessionInfo, { l10n, formatTime }: TreeContext): readonly FactNode[] {
  const fact = (icon: string, label: string, description: string): FactNode => ({
    kind: 'fact',
    icon,
    label,
    description,
  })
  const scopes = session.scopes.length === 0 ? l10n.t('not stated') : session.scopes.join(' ')
  return [
    fact('shield', l10n.t('Scopes'), scopes),
    ...(session.expiresAt === undefined || session.signedOut
      ? []
      : [fact('clock', l10n.t('Token ends'), formatTime(session.expiresAt))]),
    fact('organization', l10n.t('Signed in at'), withoutScheme(session.issuer)),
    fact('key', l10n.t('Identified as'), session.clientId),
  ]
}

/** Host, port and path: what people recognise a server by. The text itself when it is not a URL. */
function withoutScheme(url: string): string {
  if (!URL.canParse(url)) return url
  const { host, pathname } = new URL(url)
  return pathname === '/' ? host : host + pathname
}
