import { SignInError } from './errors.ts'
import type { SecretStore } from './ports.ts'

/** The keys that begin with `prefix`. Throws `store_unavailable` when the host's store fails. */
export async function listSecrets(
  secrets: SecretStore,
  prefix: string,
): Promise<readonly string[]> {
  try {
    return (await secrets.keys()).filter((key) => key.startsWith(prefix))
  } catch (error) {
    throw new SignInError('store_unavailable', { operation: 'read' }, { cause: error })
  }
}

/** Reads one secret. Throws `store_unavailable` when the host's store fails. */
export async function readSecret(secrets: SecretStore, key: string): Promise<string | undefined> {
  try {
    return await secrets.get(key)
  } catch (error) {
    throw new SignInError('store_unavailable', { operation: 'read' }, { cause: error })
  }
}

/** Writes one secret. Throws `store_unavailable` when the host's store fails. */
export async function writeSecret(secrets: SecretStore, key: string, value: string): Promise<void> {
  try {
    await secrets.set(key, value)
  } catch (error) {
    throw new SignInError('store_unavailable', { operation: 'write' }, { cause: error })
  }
}

/** Deletes one secret. Throws `store_unavailable` when the host's store fails. */
export async function deleteSecret(secrets: SecretStore, key: string): Promise<void> {
  try {
    await secrets.delete(key)
  } catch (error) {
    throw new SignInError('store_unavailable', { operation: 'delete' }, { cause: error })
  }
}
