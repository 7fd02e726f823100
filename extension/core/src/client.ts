import { createAccess, type GetAccess } from './access.ts'
import { diagnose, type Diagnosis } from './diagnose.ts'
import { createDocumentCache } from './document-cache.ts'
import type { IdentitySources } from './identity.ts'
import { createJoin } from './join.ts'
import { retryRevocations } from './late-revocation.ts'
import type { CorePorts } from './ports.ts'
import { nameAccount } from './name-account.ts'
import { createRegistrationStore } from './registration-store.ts'
import type { SessionInfo } from './session.ts'
import { createSessionStore, type SessionStore } from './session-store.ts'
import { signIn, type SignInRequest } from './sign-in.ts'
import { signInWithoutRedirect, type RedirectlessSignIn } from './sign-in-without-redirect.ts'
import { signOut, type SignedOut } from './sign-out.ts'
import { note, noteFailure } from './trace.ts'

/** One call for each thing a host does with sessions. Refresh tokens stay behind it. */
export interface SignetClient {
  readonly signIn: (request: ClientSignIn, signal: AbortSignal) => Promise<SessionInfo>
  /** For grants whose answer does not come back through a browser here. */
  readonly signInWithoutRedirect: (
    request: Omit<RedirectlessSignIn, 'sources'>,
    signal: AbortSignal,
  ) => Promise<SessionInfo>
  readonly signOut: (sessionId: string, signal: AbortSignal) => Promise<SignedOut>
  readonly access: GetAccess
  /** The person's own name for an account that its server does not name. */
  readonly nameAccount: (
    sessionId: string,
    name: string,
    signal: AbortSignal,
  ) => Promise<SessionInfo>
  /** What stands in the way of a sign-in there, with one of these redirect URIs. */
  readonly diagnose: (
    serverUrl: string,
    redirectUris: readonly string[],
    signal: AbortSignal,
  ) => Promise<Diagnosis>
  readonly sessions: Pick<SessionStore, 'list' | 'onDidChange'>
}

/** A sign-in as a host asks for it; who the client is comes from the client itself. */
export type ClientSignIn = Omit<SignInRequest, 'sources'>

/**
 * The core with its stores, for one host. A second sign-in to the same server joins the one under way.
 * `sources` is asked at each use, so that a changed setting counts at once.
 */
export function createSignetClient(
  ports: CorePorts,
  sources: () => Promise<IdentitySources>,
): SignetClient {
  const documents = createDocumentCache(ports.clock)
  const registrations = createRegistrationStore(ports.secrets, ports.clock)
  const sessions = createSessionStore(ports.secrets, (quarantined) => {
    note(ports, 'session', { code: 'session_corrupt', quarantined }, 'failed')
  })
  const all = { ...ports, documents, registrations, sessions, sources }
  const join = createJoin<SessionInfo>('abort')
  /** Not waited for: it is about earlier sign-outs. */
  const catchUp = () =>
    void retryRevocations(all, new AbortController().signal).catch((error: unknown) => {
      noteFailure(ports, 'revocation', error, { late: true })
    })
  const joined = async (
    server: string,
    signal: AbortSignal,
    attempt: (known: IdentitySources, joinedSignal: AbortSignal) => Promise<SessionInfo>,
  ) =>
    await join(server, signal, async (joinedSignal) => {
      try {
        const session = await attempt(await sources(), joinedSignal)
        catchUp()
        return session
      } catch (error) {
        noteFailure(ports, 'session', error, { server })
        throw error
      }
    })
  return {
    sessions,
    access: createAccess(all),
    diagnose: async (serverUrl, redirectUris, signal) =>
      await diagnose(ports, serverUrl, redirectUris, await sources(), signal),
    signOut: async (sessionId, signal) => {
      const signedOut = await signOut(all, sessionId, signal)
      if (signedOut.revocation !== 'later') catchUp()
      return signedOut
    },
    nameAccount: async (sessionId, name, signal) => await nameAccount(all, sessionId, name, signal),
    signIn: async (request, signal) =>
      await joined(
        request.serverUrl,
        signal,
        async (known, joinedSignal) =>
          await signIn(all, { ...request, sources: known }, joinedSignal),
      ),
    signInWithoutRedirect: async (request, signal) =>
      await joined(
        request.serverUrl,
        signal,
        async (known, joinedSignal) =>
          await signInWithoutRedirect(all, { ...request, sources: known }, joinedSignal),
      ),
  }
}
