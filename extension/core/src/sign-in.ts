import { alternativesAt, type Alternatives } from './alternatives.ts'
import { authorize, type PendingAuthorization } from './authorize.ts'
import type { Challenge } from './challenge.ts'
import { createSession } from './create-session.ts'
import { discover, type Discovery } from './discover.ts'
import type { DocumentCache } from './document-cache.ts'
import { onBehalfOf } from './endpoint-policy.ts'
import { isSignInError, SignInError } from './errors.ts'
import { exchange } from './exchange.ts'
import { identify } from './identify.ts'
import type { ClientIdentity, IdentityKind, IdentitySources } from './identity.ts'
import { keepSession } from './keep-session.ts'
import { REDIRECT_TIMEOUT_MS } from './limits.ts'
import type { CorePorts, OpenBrowser } from './ports.ts'
import { createProofKey } from './proof.ts'
import {
  acceptRedirect,
  type OpenReceiver,
  type RedirectArrival,
  type RedirectReceiver,
} from './redirect.ts'
import type { RegistrationStore } from './registration-store.ts'
import { requestedScopes } from './select-scopes.ts'
import { parseServerUrl } from './server-url.ts'
import { sessionInfo, type Session, type SessionInfo } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { note } from './trace.ts'

export interface SignInRequest {
  /** As the person gave it. */
  readonly serverUrl: string
  readonly openReceiver: OpenReceiver
  readonly sources: IdentitySources
  /** Mechanisms that were refused before in this sign-in. */
  readonly avoid: readonly IdentityKind[]
  /** Scopes pinned by a setting; undefined: by the specification's order. */
  readonly pinnedScopes: readonly string[] | undefined
  /** Extra authorization parameters from settings, by issuer. */
  readonly extraParameters: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** A challenge that has just been received, so that the server is not asked again. */
  readonly challenge: Challenge | undefined
  /** The session to widen or to renew; its id, account and scopes are kept. */
  readonly previous: SessionInfo | undefined
  /** Asks the server to offer its accounts instead of going on with the one the browser holds. */
  readonly anotherAccount?: boolean
  /** Hears what else could be tried, before the page opens; nothing of it happens by itself. */
  readonly offer?: (alternatives: Alternatives) => void
  /** Opens the page of this sign-in instead of the host's own way. */
  readonly openBrowser?: OpenBrowser
}

export interface SignInPorts extends CorePorts {
  readonly documents: DocumentCache
  readonly registrations: RegistrationStore
  readonly sessions: SessionStore
}

/**
 * The whole sign-in, from a server's URL to a saved session (MCP authorization). Nothing is saved unless
 * every check has passed, and the receiver is closed whatever happens.
 * Throws every code of `errors.ts` except those of sessions in use.
 */
export async function signIn(
  hostPorts: SignInPorts,
  request: SignInRequest,
  signal: AbortSignal,
): Promise<SessionInfo> {
  const ports = onBehalfOf(hostPorts, parseServerUrl(request.serverUrl))
  const discovery = await discover(ports, request, signal)
  const receiver = await request.openReceiver(signal)
  try {
    note(ports, 'receiver', { kind: receiver.kind, redirect_uri: receiver.redirectUri })
    const use = { redirectUri: receiver.redirectUri, grantType: 'authorization_code' }
    const identity = await identify(ports, discovery.issuer, use, request, signal)
    const used = { kind: identity.kind, redirectUri: receiver.redirectUri }
    request.offer?.(alternativesAt(discovery.issuer, used, request.sources))
    const scopes = requestedScopes(discovery, request)
    const obtained = await obtainSession(
      ports,
      discovery,
      identity,
      receiver,
      request,
      scopes,
      signal,
    ).catch(async (error: unknown) => {
      // The issuer no longer knows what it registered: the next sign-in registers anew.
      if (isSignInError(error, 'token_refused') && error.detail.error === 'invalid_client')
        await ports.registrations.forget(identity.issuer, identity.clientId)
      const narrower = withoutOfflineAccess(error, scopes, request)
      if (narrower === undefined) throw error
      return await obtainSession(ports, discovery, identity, receiver, request, narrower, signal)
    })
    const session = await keepSession(ports, obtained, request.previous, signal)
    note(ports, 'session', {
      issuer: session.issuer,
      resource: session.resource,
      scopes: session.scopes,
    })
    return sessionInfo(session)
  } catch (error) {
    // An address of it may be what failed, its page too, which only the person sees: next time ask afresh.
    ports.documents.forget(discovery.issuer.issuer)
    throw error
  } finally {
    await receiver.close()
  }
}

/** Authorization request → browser → response → tokens → session, once. */
async function obtainSession(
  ports: SignInPorts,
  discovery: Discovery,
  identity: ClientIdentity,
  receiver: RedirectReceiver,
  request: SignInRequest,
  scopes: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Session> {
  const { redirectUri, encodeState } = receiver
  const extraParameters = request.extraParameters.get(discovery.issuer.issuer) ?? {}
  const pending = await authorize(
    ports,
    discovery,
    identity,
    {
      redirectUri,
      encodeState,
      scopes,
      extraParameters,
      anotherAccount: request.anotherAccount ?? false,
    },
    signal,
  )
  note(ports, 'authorization-request', {
    client_id: pending.clientId,
    redirect_uri: pending.redirectUri,
    resource: pending.resource,
    scope: pending.scopes,
  })

  const openBrowser = request.openBrowser ?? ports.openBrowser
  const arrival = await openAndReceive({ ...ports, openBrowser }, receiver, pending, signal)
  const redirect = acceptRedirect(discovery.issuer, pending, arrival)
  note(ports, 'authorization-response', {
    issuer: pending.issuer,
    redirect_uri: pending.redirectUri,
  })

  const proofKey = await createProofKey(discovery)
  const tokens = await exchange(
    ports,
    discovery.issuer,
    identity,
    pending,
    redirect,
    proofKey,
    signal,
  )
  note(ports, 'token', {
    issuer: pending.issuer,
    scope: tokens.scopes,
    refreshable: tokens.refreshToken !== undefined,
  })

  return createSession(ports, {
    discovery,
    identity,
    tokens,
    proofKey,
    redirectUri,
    requestedScopes: pending.scopes ?? [],
  })
}

/** Some servers list `offline_access` and refuse it all the same: ask once more without. */
function withoutOfflineAccess(
  error: unknown,
  scopes: readonly string[] | undefined,
  { pinnedScopes }: SignInRequest,
): readonly string[] | undefined {
  const refused =
    isSignInError(error, 'authorization_failed') && error.detail.error === 'invalid_scope'
  if (!refused || scopes?.includes('offline_access') !== true || pinnedScopes !== undefined)
    return undefined
  return scopes.filter((scope) => scope !== 'offline_access')
}

async function openAndReceive(
  ports: SignInPorts,
  receiver: RedirectReceiver,
  pending: PendingAuthorization,
  signal: AbortSignal,
): Promise<RedirectArrival> {
  const timeout = ports.clock.timeout(REDIRECT_TIMEOUT_MS)
  const waiting = new AbortController()
  const arrival = receiver.receive(
    pending.state,
    AbortSignal.any([signal, timeout, waiting.signal]),
  )
  try {
    const opened = ports.openBrowser(pending.url).then((ok) => {
      if (!ok) throw new SignInError('browser_not_opened', {})
      note(ports, 'browser', { issuer: pending.issuer })
    })
    // Whichever fails first ends the wait; only the arrival can complete it.
    return await Promise.race([arrival, opened.then(async () => await arrival)])
  } catch (error) {
    if (signal.aborted) throw new SignInError('cancelled', {}, { cause: signal.reason })
    if (timeout.aborted) {
      throw new SignInError('redirect_timeout', {
        issuer: pending.issuer,
        seconds: REDIRECT_TIMEOUT_MS / 1000,
      })
    }
    throw error
  } finally {
    waiting.abort()
    arrival.catch(() => undefined)
  }
}
