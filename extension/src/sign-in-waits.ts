import type { SessionInfo } from '@signet/core'
import { createPasteSlot, type PasteSlot } from './paste-receiver.ts'
import type { ReceiverChoice } from './receiver-choice.ts'

/** Another way back, another identity of this client, or no way back at all. */
export type WayOut = ReceiverChoice | 'register' | 'device'

/** One sign-in under way in this window, and what the person can do about it while the browser is open. */
export interface SignInWait {
  /** For links in the progress notification; means nothing outside this window. */
  readonly id: string
  readonly serverUrl: string
  readonly paste: PasteSlot
  /** Ends with the sign-in. */
  readonly ended: AbortSignal
  /** For whoever asks for the same sign-in meanwhile. */
  readonly result: Promise<SessionInfo>
  /** The page to continue on; undefined until it is known. Confidential until used: holds `state`. */
  link: string | undefined
  /** The other ways, best first. */
  others: readonly WayOut[]
  /** Leaves the present way for another one. */
  switchTo: (way: WayOut) => void
}

export interface SignInWaits {
  readonly all: () => readonly SignInWait[]
  readonly find: (id: string) => SignInWait | undefined
  readonly forServer: (serverUrl: string) => SignInWait | undefined
  /** Runs a sign-in that the others can see meanwhile. */
  readonly during: (
    serverUrl: string,
    task: (wait: SignInWait) => Promise<SessionInfo>,
  ) => Promise<SessionInfo>
}

/** `changed` hears how many sign-ins wait. */
export function createSignInWaits(changed: (count: number) => void): SignInWaits {
  const waits = new Map<string, SignInWait>()
  let count = 0
  return {
    all: () => [...waits.values()],
    find: (id) => waits.get(id),
    forServer: (serverUrl) => [...waits.values()].find((wait) => wait.serverUrl === serverUrl),
    during: async (serverUrl, task) => {
      count += 1
      const ended = new AbortController()
      const result = Promise.withResolvers<SessionInfo>()
      // Whoever started the sign-in hears of its failure; often nobody else waits.
      result.promise.catch(() => undefined)
      const wait: SignInWait = {
        id: String(count),
        serverUrl,
        paste: createPasteSlot(),
        ended: ended.signal,
        result: result.promise,
        link: undefined,
        others: [],
        switchTo: () => undefined,
      }
      waits.set(wait.id, wait)
      changed(waits.size)
      try {
        const session = await task(wait)
        result.resolve(session)
        return session
      } catch (error) {
        result.reject(error)
        throw error
      } finally {
        waits.delete(wait.id)
        ended.abort()
        changed(waits.size)
      }
    },
  }
}
