import {
  authentication,
  commands,
  EventEmitter,
  lm,
  window,
  type ExtensionContext,
  type McpHttpServerDefinition,
  type McpServerDefinitionProvider,
} from 'vscode'
import { COMMANDS } from './command-ids.ts'
import type { Doors, Parts } from './parts.ts'
import type { TreeNode } from './session-tree.ts'

/**
 * Registers what the manifest declares, and nothing else: the parts behind the registrations are a file of
 * their own, which is loaded when one of them is first used.
 */
export function activate(context: ExtensionContext): void {
  let loaded: Promise<Parts> | undefined
  const parts = async () => await (loaded ??= load())
  const load = async () => (await import('./parts.ts')).createParts(context, doors)

  const sessions: Doors['sessions'] = new EventEmitter()
  const servers: Doors['servers'] = new EventEmitter()
  const rows: Doors['rows'] = new EventEmitter()
  const view: Doors['view'] = window.createTreeView<TreeNode>('signet.sessions', {
    treeDataProvider: {
      onDidChangeTreeData: rows.event,
      getTreeItem: async (node) => (await parts()).rows.getTreeItem(node),
      getChildren: async (node) => await (await parts()).rows.getChildren(node),
    },
  })
  const doors = { sessions, servers, rows, view }
  const chatServers: McpServerDefinitionProvider<McpHttpServerDefinition> = {
    onDidChangeMcpServerDefinitions: servers.event,
    provideMcpServerDefinitions: async () => await (await parts()).servers.provide(),
    resolveMcpServerDefinition: async (server) => await (await parts()).servers.resolve(server),
  }

  context.subscriptions.push(
    sessions,
    servers,
    rows,
    view,
    ...COMMANDS.map((id) =>
      commands.registerCommand(
        `signet.${id}`,
        async (argument: unknown) => await (await parts()).commands[id](argument),
      ),
    ),
    window.registerUriHandler({
      handleUri: async (uri) => await (await parts()).inbox.handleUri(uri),
    }),
    authentication.registerAuthenticationProvider(
      'signet',
      'Signet',
      {
        onDidChangeSessions: sessions.event,
        getSessions: async (scopes, options) =>
          await (await parts()).accounts.getSessions(scopes, options),
        createSession: async (scopes, options) =>
          await (await parts()).accounts.createSession(scopes, options),
        removeSession: async (id) => await (await parts()).accounts.removeSession(id),
      },
      { supportsMultipleAccounts: true },
    ),
    lm.registerMcpServerDefinitionProvider('signet.servers', chatServers),
  )
}
