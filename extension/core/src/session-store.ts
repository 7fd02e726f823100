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

/**
 * A session that could not be written, such as a rotated refresh token while the keyring is locked: the only
 * copy there is, so it is served as long as the store still holds what it was to replace.
 */
interface Unsaved {
  readonly session: Session
  readonly replaces: string | undefined | typeof UNKNOWN
}

/** The store could not be read either: what it holds at the next look is taken for what was to be replaced. */
const UNKNOWN = Symbol('unknown')

/** `quarantined` hears of each entry that was moved aside, also while sessions are only listed. */
export function createSessionStore(
  secrets: SecretStore,
  quarantined: (id: string) => void = () => undefined,
): SessionStore {
  const unsaved = new Map<string, Unsaved>()

  const load = async (id: string): Promise<Session | undefined> => {
    const kept = unsaved.get(id)
    const text = await readSecret(secrets, PREFIX + id).catch((error: unknown) => {
      if (kept === undefined) throw error
      return kept.replaces
    })
    if (kept !== undefined && (kept.replaces === UNKNOWN || text === kept.replaces)) {
      unsaved.set(id, { ...kept, replaces: text })
      return kept.session
    }
    // Somebody else has written or deleted it since: theirs counts.
    unsaved.delete(id)
    if (text === undefined || text === UNKNOWN) return undefined
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
      const key = PREFIX + session.id
      const replaces = await readSecret(secrets, key).catch((): typeof UNKNOWN => UNKNOWN)
      unsaved.set(session.id, { session, replaces })
      await writeSecret(secrets, key, serializeSession(session))
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
