import { isSignInError, SignInError } from './errors.ts'
import type { SecretStore } from './ports.ts'
import { deleteSecret, listSecrets, readSecret, writeSecret } from './secret-access.ts'
import {
  isNewerSession,
  parseSession,
  serializeSession,
  sessionInfo,
  type Session,
  type SessionInfo,
} from './session.ts'

/**
 * Where sessions live. Three kinds of state, three homes:
 *   pending authorizations   memory only, dropped on the first match (`sign-in.ts`)
 *   registrations            `registration/v1/<issuer> <redirect URI>` (`registration-store.ts`)
 *   sessions                 `session/v1/<random id>`, one JSON value each
 *   unreadable sessions      `quarantine/v1/<random id>`, moved there whole, reported, never deleted
 * All but the first are in the host's secret store, which other windows and processes share.
 */
export interface SessionStore {
  readonly list: () => Promise<readonly SessionInfo[]>
  /** Throws `session_corrupt` after moving an unreadable entry aside, `store_unavailable`. */
  readonly load: (id: string) => Promise<Session | undefined>
  /** Throws `store_unavailable`; the session then stays readable in this process. */
  readonly save: (session: Session) => Promise<void>
  readonly delete: (id: string) => Promise<void>
  /** Ids of sessions that any window or process changed. Returns the unsubscribe. */
  readonly onDidChange: (listener: (id: string) => void) => () => void
}

const PREFIX = 'session/v1/'
const QUARANTINE = 'quarantine/v1/'

/** `quarantined` hears of each entry that was moved aside, also while sessions are only listed. */
export function createSessionStore(
  secrets: SecretStore,
  quarantined: (id: string) => void = () => undefined,
): SessionStore {
  // A rotated refresh token that could not be written is the only copy there is: keep serving it.
  const unsaved = new Map<string, Session>()

  const load = async (id: string): Promise<Session | undefined> => {
    const kept = unsaved.get(id)
    if (kept !== undefined) return kept
    const text = await readSecret(secrets, PREFIX + id)
    if (text === undefined) return undefined
    const session = parseSession(text)
    if (session !== undefined) return session
    if (isNewerSession(text)) return undefined
    await writeSecret(secrets, QUARANTINE + id, text)
    await deleteSecret(secrets, PREFIX + id)
    quarantined(id)
    throw new SignInError('session_corrupt', { quarantined: id })
  }

  return {
    load,
    list: async () => {
      const ids = (await listSecrets(secrets, PREFIX)).map((key) => key.slice(PREFIX.length))
      const all = await Promise.all(
        [...new Set([...ids, ...unsaved.keys()])].map(async (id) => await readable(load, id)),
      )
      return all
        .filter((session) => session !== undefined)
        .map(sessionInfo)
        .sort((a, b) => a.createdAt - b.createdAt)
    },
    save: async (session) => {
      unsaved.set(session.id, session)
      await writeSecret(secrets, PREFIX + session.id, serializeSession(session))
      unsaved.delete(session.id)
    },
    delete: async (id) => {
      unsaved.delete(id)
      await deleteSecret(secrets, PREFIX + id)
    },
    onDidChange: (listener) =>
      secrets.onDidChange((key) => {
        if (key.startsWith(PREFIX)) listener(key.slice(PREFIX.length))
      }),
  }
}

/** One unreadable entry must not hide the others; it has been moved aside, and reported. */
async function readable(
  load: (id: string) => Promise<Session | undefined>,
  id: string,
): Promise<Session | undefined> {
  try {
    return await load(id)
  } catch (error) {
    if (isSignInError(error, 'session_corrupt')) return undefined
    throw error
  }
}
