import type {
  AuthenticationProvider,
  AuthenticationProviderAuthenticationSessionsChangeEvent as SessionsChange,
  AuthenticationProviderSessionOptions as SessionOptions,
  AuthenticationSession,
} from 'vscode'
import { isSignInError, SignInError, type SessionInfo, type SignetClient } from '@signet/core'
import {
  accountOf,
  editorSession,
  fittingSessions,
  readWish,
  sessionsChange,
  sessionToWiden,
} from './editor-sessions.ts'
import type { Localise } from './localise.ts'
import type { SignInTarget } from './sign-in-target.ts'

export interface AuthenticationPorts {
  readonly client: Pick<SignetClient, 'access' | 'sessions'>
  /** Interactive sign-in; undefined when the person gave up. */
  readonly signIn: (target: SignInTarget) => Promise<SessionInfo | undefined>
  readonly signOut: (sessionId: string) => Promise<void>
  /** Hears each change once. */
  readonly changed: (change: SessionsChange) => void
  readonly failed: (error: unknown) => void
  readonly l10n: Localise
}

/** What the editor's provider answers with; its change event is the caller's. */
export type Accounts = Omit<AuthenticationProvider, 'onDidChangeSessions'> & {
  readonly dispose: () => void
}

/**
 * Sessions for VS Code's Accounts menu and for other extensions. Reads and refreshes through the client's
 * `access()`, so no refresh token is in reach. Listing without scopes is free of network and hands out no
 * token: the editor lists often.
 */
export function createAccounts(ports: AuthenticationPorts): Accounts {
  const { l10n } = ports
  const touched = new Set<string>()
  let known: ReadonlyMap<string, AuthenticationSession> | undefined

  const announce = async () => {
    const ids = new Set(touched)
    touched.clear()
    const before = known
    known = new Map(
      (await listActive(ports)).map((session) => [session.id, editorSession(session, '', l10n)]),
    )
    const change = before && sessionsChange(before, known, ids)
    if (change !== undefined) ports.changed(change)
  }
  // One at a time, so that each change is told once.
  let announcing: Promise<void> = Promise.resolve()
  const look = () => {
    announcing = announcing.then(announce).catch(ports.failed)
  }
  const unsubscribe = ports.client.sessions.onDidChange((id) => {
    touched.add(id)
    look()
  })
  look()

  return {
    getSessions: async (scopes, options) => await getSessions(ports, scopes, options),
    createSession: async (scopes, { account }) => {
      const wish = readWish(scopes)
      const session = await ports.signIn({
        serverUrl: wish.server,
        previous: sessionToWiden(await listActive(ports), wish, account, l10n),
        challenge: undefined,
        scopes: wish.scopes,
      })
      if (session === undefined) throw new SignInError('cancelled', {})
      return await withToken(ports, session)
    },
    removeSession: async (sessionId) => await ports.signOut(sessionId),
    dispose: unsubscribe,
  }
}

async function getSessions(
  ports: AuthenticationPorts,
  scopes: readonly string[] | undefined,
  { account }: SessionOptions,
): Promise<AuthenticationSession[]> {
  const all = (await listActive(ports)).filter(
    (session) => account === undefined || accountOf(session, ports.l10n).id === account.id,
  )
  if (scopes === undefined) return all.map((session) => editorSession(session, '', ports.l10n))
  const fresh = await Promise.all(
    fittingSessions(all, readWish(scopes)).map(async (session) => {
      try {
        return await withToken(ports, session)
      } catch (error) {
        // Offline or signed out meanwhile: not a session that can be used now.
        if (isSignInError(error)) return undefined
        throw error
      }
    }),
  )
  return fresh.filter((session) => session !== undefined)
}

async function listActive({ client }: AuthenticationPorts): Promise<readonly SessionInfo[]> {
  return (await client.sessions.list()).filter((session) => !session.signedOut)
}

async function withToken(
  { client, l10n }: AuthenticationPorts,
  session: SessionInfo,
): Promise<AuthenticationSession> {
  const { accessToken, tokenType } = await client.access({
    sessionId: session.id,
    rejectedToken: undefined,
    signal: new AbortController().signal,
  })
  if (tokenType === 'dpop') throw new SignInError('proof_needed', { server: session.server })
  return editorSession(session, accessToken, l10n)
}
