import {
  createAccess,
  createDocumentCache,
  createJoin,
  createRegistrationStore,
  createSessionStore,
  isSignInError,
  signIn,
  signOut,
  type Challenge,
  type CorePorts,
  type GetAccess,
  type IdentityKind,
  type IdentitySources,
  type OpenReceiver,
  type SessionInfo,
  type SessionStore,
  type SignedOut,
} from '@signet/core'

/** One call for each thing the editor does with sessions. Refresh tokens stay behind it. */
export interface SignetClient {
  readonly signIn: (request: ClientSignIn, signal: AbortSignal) => Promise<SessionInfo>
  readonly signOut: (sessionId: string, signal: AbortSignal) => Promise<SignedOut>
  readonly access: GetAccess
  readonly sessions: Pick<SessionStore, 'list' | 'onDidChange'>
}

export interface ClientSignIn {
  readonly serverUrl: string
  readonly openReceiver: OpenReceiver
  readonly avoid: readonly IdentityKind[]
  readonly pinnedScopes: readonly string[] | undefined
  readonly extraParameters: ReadonlyMap<string, Readonly<Record<string, string>>>
  readonly challenge: Challenge | undefined
  readonly previous: SessionInfo | undefined
}

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
  const sessions = createSessionStore(ports.secrets)
  const all = { ...ports, documents, registrations, sessions, sources }
  const join = createJoin<SessionInfo>('abort')
  return {
    sessions,
    access: createAccess(all),
    signOut: async (sessionId, signal) => await signOut(all, sessionId, signal),
    signIn: async (request, signal) =>
      await join(request.serverUrl, signal, async (joined) => {
        try {
          return await signIn(all, { ...request, sources: await sources() }, joined)
        } catch (error) {
          ports.trace({
            step: 'session',
            at: ports.clock.now(),
            outcome: 'failed',
            detail: {
              server: request.serverUrl,
              code: isSignInError(error) ? error.code : 'internal',
            },
          })
          throw error
        }
      }),
  }
}
