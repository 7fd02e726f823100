import { commands, env, UIKind, window, type ExtensionContext, type SecretStorage } from 'vscode'
import type { Lock, SecretStore } from '@signet/core'
import { fileSecrets, systemClock } from '@signet/core/node'
import type { Localise } from './localise.ts'
import type { Log } from './log.ts'
import { createVault } from './vault.ts'

/**
 * Where this extension's secrets are: in the editor's secret storage, which all windows share; in a browser, in
 * the vault whose key is there. `shared` is what all windows see at once, for what is worth nothing by itself.
 */
export function editorSecrets(
  { secrets, globalStorageUri }: Pick<ExtensionContext, 'secrets' | 'globalStorageUri'>,
  { lock, log, l10n }: { readonly lock: Lock; readonly log: Log; readonly l10n: Localise },
): { readonly secrets: SecretStore; readonly shared: SecretStore } {
  const storage = storageSecrets(secrets)
  if (env.uiKind !== UIKind.Web) return { secrets: storage, shared: storage }
  const shared = fileSecrets(`${globalStorageUri.fsPath}/callbacks.json`, lock)
  const vault = createVault({
    secrets: storage,
    shared,
    directory: `${globalStorageUri.fsPath}/vault`,
    lock,
    clock: systemClock,
    openedAt: performance.timeOrigin,
    outdated: () => void askToReload(l10n),
    failed: (error) => log.failure('sharing the key with another window', error),
  })
  return { secrets: vault, shared }
}

/** The editor's secret storage as the core's port; its change event reaches every window of a desktop. */
function storageSecrets(storage: SecretStorage): SecretStore {
  return {
    keys: async () => await storage.keys(),
    get: async (key) => await storage.get(key),
    set: async (key, value) => await storage.store(key, value),
    delete: async (key) => await storage.delete(key),
    onDidChange: (listener) => {
      const subscription = storage.onDidChange(({ key }) => listener(key))
      return () => void subscription.dispose()
    },
  }
}

async function askToReload(l10n: Localise): Promise<void> {
  const reload = l10n.t('Reload Window')
  const chosen = await window.showWarningMessage(
    l10n.t(
      'Signet was first used in another window while this one was open. Reload this window to share its sign-ins.',
    ),
    reload,
  )
  if (chosen === reload) await commands.executeCommand('workbench.action.reloadWindow')
}
