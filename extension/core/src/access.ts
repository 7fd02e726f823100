import type { DocumentCache } from './document-cache.ts'
import { onBehalfOf } from './endpoint-policy.ts'
import { isSignInError, SignInError } from './errors.ts'
import type { IdentitySources } from './identity.ts'
import { fetchIssuerMetadata } from './issuer-metadata.ts'
import { createJoin, type Join } from './join.ts'
import { EXPIRY_LEEWAY_MS } from './limits.ts'
import type { CorePorts } from './ports.ts'
import type { ProofKey } from './proof.ts'
import { refresh } from './refresh.ts'
import type { RegistrationStore } from './registration-store.ts'
import { parseServerUrl } from './server-url.ts'
import { sessionClient } from './session-client.ts'
import { createRetryPause, isUnreachable, type RetryPause } from './retry-pause.ts'
import type { Session } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { note, noteFailure } from './trace.ts'

/** What a consumer may hold: an access token for one resource, never a refresh token. Confidential. */
export interface Access {
  readonly sessionId: string
  readonly resource: string
  readonly server: string
  readonly accessToken: string
  readonly tokenType: 'bearer' | 'dpop'
  readonly clientId: string
  readonly proofKey: ProofKey | undefined
  /** Milliseconds since the epoch; undefined: unknown. */
  readonly expiresAt: number | undefined
  readonly scopes: readonly string[]
}

export interface AccessRequest {
  readonly sessionId: string
  /** A token that the resource has just refused: it is not handed out again. */
  readonly rejectedToken: string | undefined
  /** Ends the wait, not a refresh that has left. */
  readonly signal: AbortSignal
}

export type GetAccess = (request: AccessRequest) => Promise<Access>

export interface AccessPorts extends Pick<CorePorts, 'fetch' | 'clock' | 'lock' | 'trace'> {
  readonly documents: DocumentCache
  readonly registrations: RegistrationStore
  readonly sessions: SessionStore
  /** Read at each use: settings change while sessions live. */
  readonly sources: () => Promise<IdentitySources>
}

/**
 * A valid access token for a session, refreshed when it is about to expire or was rejected. One refresh at
 * a time per session, in this process (join) and across processes (lock); whoever waited re-reads the
 * store and uses what the other one got. A session is given up on `invalid_grant` alone, and only when the
 * store still holds the token that was refused; a network error never signs anyone out, and
 * while it lasts a token that has not ended yet is still handed out, and the server is asked less and less.
 *
 * Throws `session_missing`, `session_expired`, `refresh_lost`, `token_unreachable`, `token_refused`,
 * `token_invalid`, `store_unavailable`, `session_corrupt`, `cancelled`, and the codes of
 * `fetchIssuerMetadata`.
 */
export function createAccess(ports: AccessPorts): GetAccess {
  const join: Join<Session> = createJoin('finish')
  const pause = createRetryPause(ports.clock)
  // A refresh outlives whoever asked for it, so it gets a signal that nobody aborts.
  const unending = new AbortController().signal

  return async ({ sessionId, rejectedToken, signal }) => {
    const session = await load(ports, sessionId)
    if (isUsable(session, rejectedToken, ports.clock.now())) return toAccess(session)
    if (session.refreshToken === undefined)
      throw new SignInError('session_expired', { server: session.server })
    const key = `${sessionId} ${rejectedToken ?? ''}`
    return toAccess(
      await join(
        key,
        signal,
        async () =>
          await ports.lock(
            `refresh/${sessionId}`,
            unending,
            async () => await refreshOnce({ ...ports, pause }, sessionId, rejectedToken, unending),
          ),
      ),
    )
  }
}

async function load(ports: AccessPorts, sessionId: string): Promise<Session> {
  const session = await ports.sessions.load(sessionId)
  if (session === undefined) throw new SignInError('session_missing', { server: sessionId })
  return session
}

function isUsable(session: Session, rejectedToken: string | undefined, now: number): boolean {
  if (session.signedOut || session.accessToken === rejectedToken) return false
  return session.expiresAt === undefined || session.expiresAt - EXPIRY_LEEWAY_MS > now
}

type RefreshPorts = AccessPorts & { readonly pause: RetryPause }

/** Under the lock: reads again, because another window may have refreshed while this one waited. */
async function refreshOnce(
  ports: RefreshPorts,
  sessionId: string,
  rejectedToken: string | undefined,
  signal: AbortSignal,
): Promise<Session> {
  const session = await load(ports, sessionId)
  if (isUsable(session, rejectedToken, ports.clock.now())) return session
  try {
    return await ports.pause(
      sessionId,
      async () => await renew(ports, session, rejectedToken, signal),
    )
  } catch (error) {
    const { accessToken, expiresAt = 0 } = session
    const stillGood = accessToken !== rejectedToken && expiresAt > ports.clock.now()
    if (isUnreachable(error) && stillGood && !session.signedOut) return session
    throw error
  }
}

async function renew(
  ports: RefreshPorts,
  session: Session,
  rejectedToken: string | undefined,
  signal: AbortSignal,
): Promise<Session> {
  const identity = await sessionClient(session, await ports.sources(), ports.registrations)
  if (identity === undefined) throw new SignInError('refresh_lost', { issuer: session.issuer })
  const server = parseServerUrl(session.server)
  const named = onBehalfOf(ports, server)
  const issuer = await fetchIssuerMetadata(named, session.issuer, server, signal)
  try {
    const refreshed = await refresh(named, issuer, identity, session, signal)
    await ports.sessions.save(refreshed)
    note(ports, 'refresh', {
      issuer: session.issuer,
      rotated: refreshed.refreshToken !== session.refreshToken,
      scopes: refreshed.scopes,
    })
    return refreshed
  } catch (error) {
    ports.documents.forget(session.issuer)
    noteFailure(ports, 'refresh', error, { issuer: session.issuer })
    if (!isSignInError(error, 'refresh_lost')) throw error
    const replaced = await giveUp(ports, session, error)
    if (isUsable(replaced, rejectedToken, ports.clock.now())) return replaced
    // Somebody else's new token has ended meanwhile; each turn needs another one in the store.
    return await refreshOnce(ports, session.id, rejectedToken, signal)
  }
}

/** Another process without the lock (an older version, a restored laptop) may have rotated the token. */
async function giveUp(ports: AccessPorts, refused: Session, error: SignInError): Promise<Session> {
  const current = await ports.sessions.load(refused.id)
  if (current !== undefined && current.refreshToken !== refused.refreshToken && !current.signedOut)
    return current
  if (current !== undefined) {
    await ports.sessions.save({
      ...current,
      refreshToken: undefined,
      accessToken: '',
      signedOut: true,
    })
  }
  throw error
}

function toAccess(session: Session): Access {
  const { id, resource, server, accessToken, tokenType, clientId, proofKey, expiresAt, scopes } =
    session
  return {
    sessionId: id,
    resource,
    server,
    accessToken,
    tokenType,
    clientId,
    proofKey,
    expiresAt,
    scopes,
  }
}
