import type { SecretStore } from '@signet/core'

/** Which sessions the person lets the editor's chat use. */
export interface ChatChoice {
  readonly sessionIds: () => Promise<ReadonlySet<string>>
  readonly turn: (sessionId: string, on: boolean) => Promise<void>
  /** After any window changed the choice. Returns the unsubscribe. */
  readonly onDidChange: (listener: () => void) => () => void
}

const PREFIX = 'chat/v1/'

/**
 * The choice, kept beside the sessions it is about. It is no secret, but the secret storage is the one
 * storage of the editor that tells every window of a change.
 */
export function createChatChoice(secrets: SecretStore): ChatChoice {
  return {
    sessionIds: async () =>
      new Set(
        (await secrets.keys())
          .filter((key) => key.startsWith(PREFIX))
          .map((key) => key.slice(PREFIX.length)),
      ),
    turn: async (sessionId, on) => {
      if (on) await secrets.set(PREFIX + sessionId, 'on')
      else await secrets.delete(PREFIX + sessionId)
    },
    onDidChange: (listener) =>
      secrets.onDidChange((key) => {
        if (key.startsWith(PREFIX)) listener()
      }),
  }
}
