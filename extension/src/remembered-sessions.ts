import type { SignetClient } from '@signet/core'

/**
 * The list of sessions, read from the store once after each change: the editor lists far more often than
 * anything changes, and each read of a secret is a question to another process.
 */
export function rememberSessions(sessions: SignetClient['sessions']): SignetClient['sessions'] {
  let listed: ReturnType<typeof sessions.list> | undefined
  sessions.onDidChange(() => (listed = undefined))
  return {
    onDidChange: sessions.onDidChange,
    list: async () => {
      const mine = (listed ??= sessions.list())
      try {
        return await mine
      } catch (error) {
        if (listed === mine) listed = undefined
        throw error
      }
    },
  }
}
