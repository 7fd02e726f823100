import type { SecretStore } from '@signet/core'

/** A secret store of this process alone: for jobs that leave nothing behind. */
export function memorySecrets(): SecretStore {
  const entries = new Map<string, string>()
  const settled = async <T>(value: T) => await Promise.resolve(value)
  return {
    keys: async () => await settled([...entries.keys()]),
    get: async (key) => await settled(entries.get(key)),
    set: async (key, value) => {
      entries.set(key, value)
      await settled(undefined)
    },
    delete: async (key) => {
      entries.delete(key)
      await settled(undefined)
    },
    // Nobody else can change it.
    onDidChange: () => () => undefined,
  }
}
