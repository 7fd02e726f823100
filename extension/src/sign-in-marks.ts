import { createHash } from 'node:crypto'
import type { Clock, SecretStore } from '@signet/core'
import { SIGN_IN_MARK_AGE_MS } from './limits.ts'

/** Which servers some window is signing in to, for the others to see. */
export interface SignInMarks {
  /** Runs a sign-in whose server is marked meanwhile. */
  readonly during: <T>(serverUrl: string, task: () => Promise<T>) => Promise<T>
  /** Whether another window is signing in there now. */
  readonly elsewhere: (serverUrl: string) => Promise<boolean>
  /** Resolves when that window's sign-in has ended, well or not; rejects with the signal's reason. */
  readonly ended: (serverUrl: string, signal: AbortSignal) => Promise<void>
}

const PREFIX = 'signing-in/v1/'

/**
 * Marks in the storage that all windows share: a time and the window's own id, under the hash of the
 * server's URL. They are hints: one that a window left behind by ending is old soon, and a storage that
 * fails hinders no sign-in.
 */
export function createSignInMarks(
  store: SecretStore,
  clock: Pick<Clock, 'now'>,
  windowId: string,
  failed: (error: unknown) => void,
): SignInMarks {
  const quietly = async <T>(task: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await task()
    } catch (error) {
      failed(error)
      return undefined
    }
  }
  const elsewhere = async (serverUrl: string) => {
    const [at, id] =
      (await quietly(async () => await store.get(keyOf(serverUrl))))?.split(' ') ?? []
    return id !== undefined && id !== windowId && clock.now() - Number(at) < SIGN_IN_MARK_AGE_MS
  }
  return {
    elsewhere,
    during: async (serverUrl, task) => {
      const key = keyOf(serverUrl)
      const mark = `${String(clock.now())} ${windowId}`
      await quietly(async () => await store.set(key, mark))
      try {
        return await task()
      } finally {
        // Not another window's that has started since.
        await quietly(async () => {
          if ((await store.get(key)) === mark) await store.delete(key)
        })
      }
    },
    ended: async (serverUrl, signal) => {
      const key = keyOf(serverUrl)
      const gone = Promise.withResolvers<undefined>()
      const look = async () => {
        if (!(await elsewhere(serverUrl))) gone.resolve(undefined)
      }
      const unsubscribe = store.onDidChange((changed) => {
        if (changed === key) void look()
      })
      const abort = () => gone.reject(signal.reason as Error)
      signal.addEventListener('abort', abort, { once: true })
      try {
        await look()
        await gone.promise
      } finally {
        unsubscribe()
        signal.removeEventListener('abort', abort)
      }
    },
  }
}

function keyOf(serverUrl: string): string {
  return PREFIX + createHash('sha256').update(serverUrl).digest('base64url')
}
