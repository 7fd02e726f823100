import { env, ThemeIcon, TreeItem, TreeItemCollapsibleState, type TreeView } from 'vscode'
import { isSignInError, type Clock, type SessionInfo, type SignetClient } from '@signet/core'
import type { Localise } from './localise.ts'
import { messageFor } from './messages.ts'
import {
  endedCount,
  sessionTree,
  type AccountState,
  type ServerNode,
  type TreeNode,
} from './session-tree.ts'
import type { Settings } from './settings.ts'

export interface SessionsViewPorts {
  readonly view: Pick<TreeView<TreeNode>, 'badge' | 'message' | 'onDidChangeVisibility'>
  /** Hears that the rows are other ones. */
  readonly changed: () => void
  readonly client: Pick<SignetClient, 'sessions'>
  readonly settings: () => Settings
  readonly clock: Pick<Clock, 'now'>
  readonly l10n: Localise
  readonly failed: (error: unknown) => void
}

const STATE_ICONS: Readonly<Record<AccountState, string>> = {
  lasting: 'pass',
  ending: 'watch',
  ended: 'warning',
}

export interface SessionRows {
  readonly getTreeItem: (node: TreeNode) => TreeItem
  readonly getChildren: (node: TreeNode | undefined) => Promise<TreeNode[]>
  readonly dispose: () => void
}

/** The rows of the view "MCP Sign-Ins". Read from the store alone, whenever it changes or the view comes into sight. */
export function createSessionRows(ports: SessionsViewPorts): SessionRows {
  const { view, changed } = ports
  const listed = async (): Promise<readonly SessionInfo[]> => {
    try {
      const sessions = await ports.client.sessions.list()
      view.message = ''
      return sessions
    } catch (error) {
      ports.failed(error)
      if (!isSignInError(error)) throw error
      view.message = messageFor(error.code, error.detail, ports.l10n).text
      return []
    }
  }
  const servers = async (): Promise<readonly ServerNode[]> => {
    const tree = sessionTree(await listed(), {
      names: serverNames(ports.settings()),
      now: ports.clock.now(),
      formatTime: (ms) => TIME.format(ms),
      l10n: ports.l10n,
    })
    const ended = endedCount(tree)
    view.badge =
      ended === 0
        ? undefined
        : { value: ended, tooltip: ports.l10n.t('Accounts that need a new sign-in: {0}', ended) }
    return tree
  }
  const unsubscribe = ports.client.sessions.onDidChange(changed)
  const visible = view.onDidChangeVisibility((event) => {
    if (event.visible) changed()
  })
  return {
    getTreeItem: (node) => treeItem(node, ports.l10n),
    getChildren: async (node) => [...(node === undefined ? await servers() : childrenOf(node))],
    dispose: () => {
      unsubscribe()
      visible.dispose()
    },
  }
}

/** Only servers with a name of the person's own. */
function serverNames({ servers }: Settings): ReadonlyMap<string, string> {
  const named = servers.flatMap(({ url, label }) =>
    label === undefined ? [] : [[url, label] as const],
  )
  return new Map(named)
}

const TIME = new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'short' })

function childrenOf(node: TreeNode): readonly TreeNode[] {
  switch (node.kind) {
    case 'server':
      return node.accounts
    case 'account':
      return node.facts
    case 'fact':
      return []
  }
}

/** State is said in words beside its icon, and read out whole. */
function treeItem(node: TreeNode, l10n: Localise): TreeItem {
  const item = new TreeItem(node.label, foldingOf(node))
  item.description = node.description
  item.accessibilityInformation = { label: l10n.t('{0}, {1}', node.label, node.description) }
  switch (node.kind) {
    case 'server':
      item.id = node.server
      item.contextValue = 'server'
      item.iconPath = new ThemeIcon('server')
      item.tooltip = node.server
      if (node.description === '') item.accessibilityInformation = { label: node.label }
      break
    case 'account':
      item.id = node.session.id
      item.contextValue = `account.${node.state}`
      item.iconPath = new ThemeIcon(STATE_ICONS[node.state])
      item.tooltip = `${node.label}: ${node.description}`
      break
    case 'fact':
      item.contextValue = 'fact'
      item.iconPath = new ThemeIcon(node.icon)
      item.tooltip = node.description
      break
  }
  return item
}

function foldingOf({ kind }: TreeNode): TreeItemCollapsibleState {
  switch (kind) {
    case 'server':
      return TreeItemCollapsibleState.Expanded
    case 'account':
      return TreeItemCollapsibleState.Collapsed
    case 'fact':
      return TreeItemCollapsibleState.None
  }
}
