import type { SecretStorage } from 'vscode'
import type { SecretStore } from '@signet/core'

/** The editor's secret storage as the core's port; its change event reaches every window. */
export function editorSecrets(storage: SecretStorage): SecretStore {
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
