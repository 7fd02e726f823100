import { createAccess, type GetAccess } from './access.ts'
import { diagnose, type Diagnosis } from './diagnose.ts'
import { createDocumentCache } from './document-cache.ts'
import { isSignInError } from './errors.ts'
import type { IdentitySources } from './identity.ts'
import { createJoin } from './join.ts'
import { retryRevocations } from './late-revocation.ts'
import type { CorePorts } from './ports.ts'
import { createRegistrationStore } from './registration-store.ts'
import type { SessionInfo } from './session.ts'
import { createSessionStore, type SessionStore } from './session-store.ts'
import { signIn, type SignInRequest } from './sign-in.ts'
import { signInWithoutRedirect, type RedirectlessSignIn } from './sign-in-without-redirect.ts'
import { signOut, type SignedOut } from './sign-out.ts'

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
    const detail = { code: 'session_corrupt', quarantined }
    ports.trace({ step: 'session', at: ports.clock.now(), outcome: 'failed', detail })
  })
  const all = { ...ports, documents, registrations, sessions, sources }
  const join = createJoin<SessionInfo>('abort')
  /** Not waited for: it is about earlier sign-outs. */
  const catchUp = () =>
    void retryRevocations(all, new AbortController().signal).catch((error: unknown) => {
      const detail = { code: isSignInError(error) ? error.code : 'internal', late: true }
      ports.trace({ step: 'revocation', at: ports.clock.now(), outcome: 'failed', detail })
    })
  const traced = async (server: string, attempt: () => Promise<SessionInfo>) => {
    try {
      const session = await attempt()
      catchUp()
      return session
    } catch (error) {
      const code = isSignInError(error) ? error.code : 'internal'
      const detail = { server, code }
      ports.trace({ step: 'session', at: ports.clock.now(), outcome: 'failed', detail })
      throw error
    }
  }
  return {
    sessions,
    access: createAccess(all),
    diagnose: async (serverUrl, redirectUris, signal) =>
      await diagnose(ports, serverUrl, redirectUris, await sources(), signal),
    signOut: async (sessionId, signal) => {
      const signedOut = await signOut(all, sessionId, signal)
      if (signedOut.revocation === 'revoked') catchUp()
      return signedOut
    },
    signIn: async (request, signal) =>
      await join(
        request.serverUrl,
        signal,
        async (joined) =>
          await traced(
            request.serverUrl,
            async () => await signIn(all, { ...request, sources: await sources() }, joined),
          ),
      ),
    signInWithoutRedirect: async (request, signal) =>
      await join(
        request.serverUrl,
        signal,
        async (joined) =>
          await traced(
            request.serverUrl,
            async () =>
              await signInWithoutRedirect(all, { ...request, sources: await sources() }, joined),
          ),
      ),
  }
}
