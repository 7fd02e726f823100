import * as oauth from 'oauth4webapi'
import type { Access, GetAccess } from './access.ts'
import { readChallenge, type Challenge } from './challenge.ts'
import { isSignInError, SignInError } from './errors.ts'
import { MAX_AUTHORIZATION_ATTEMPTS } from './limits.ts'
import { createProofMemory, type ProofMemory } from './proof.ts'
import type { SessionInfo } from './session.ts'

/** What a use of a server needs from its host. */
export interface AuthorizedFetchPorts {
  /** Follows no redirects. The body is a string, so that a request can be sent again. */
  readonly send: (request: AuthorizedRequest) => Promise<Response>
  readonly access: GetAccess
  /**
   * Interactive sign-in or step-up after a challenge. Undefined: nobody is there to answer, the caller gets
   * the response as it is.
   */
  readonly signIn:
    ((challenge: Challenge, previous: SessionInfo | undefined) => Promise<SessionInfo>) | undefined
  readonly session: () => Promise<SessionInfo | undefined>
  /** Shared by hosts that make one of these per request; otherwise each has its own. */
  readonly proofs?: ProofMemory
}

export interface AuthorizedRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly signal: AbortSignal
}

export type AuthorizedFetch = (request: AuthorizedRequest) => Promise<Response>

/**
 * Sends requests to one MCP server with its token, and answers what the server says to it: 401 → refresh
 * once, then sign in; 403 `insufficient_scope` → step-up with the union of scopes; at most
 * `MAX_AUTHORIZATION_ATTEMPTS` sign-ins in all, and scopes once refused are not asked for again (MCP scope
 * challenge handling). A token goes to the origin and path of its resource only, never along a redirect.
 *
 * The function throws `step_up_refused`, `token_rejected`, `cross_origin_redirect` and the codes of
 * `createAccess` and `signIn`.
 */
export function createAuthorizedFetch(ports: AuthorizedFetchPorts): AuthorizedFetch {
  const refusedScopes = new Set<string>()
  let signIns = 0
  const proofs = ports.proofs ?? createProofMemory()

  const authorize = async (
    challenge: Challenge,
    previous: SessionInfo | undefined,
  ): Promise<SessionInfo> => {
    const server = previous?.server ?? ''
    const wanted = challenge.scopes ?? []
    if (
      ports.signIn === undefined ||
      signIns >= MAX_AUTHORIZATION_ATTEMPTS ||
      refusedScopes.has(wanted.join(' '))
    ) {
      throw new SignInError('step_up_refused', { server, scopes: wanted })
    }
    signIns += 1
    try {
      return await ports.signIn(challenge, previous)
    } catch (error) {
      if (isSignInError(error, 'authorization_denied')) refusedScopes.add(wanted.join(' '))
      throw error
    }
  }

  const sendWith = async (
    request: AuthorizedRequest,
    access: Access | undefined,
  ): Promise<Response> => {
    if (access === undefined) return await ports.send(request)
    checkTarget(request.url, access)
    if (access.proofKey === undefined) {
      return await ports.send({
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${access.accessToken}` },
      })
    }
    return await sendWithProof(ports, request, access, await proofs(access.proofKey))
  }

  return async (request) => {
    let session = await ports.session()
    let rejectedToken: string | undefined
    for (;;) {
      const access =
        session === undefined || session.signedOut
          ? undefined
          : await usableAccess(ports, session, rejectedToken, request.signal)
      const response = await sendWith(request, access)
      if (response.status >= 300 && response.status < 400 && response.headers.has('location')) {
        throw new SignInError('cross_origin_redirect', { server: request.url })
      }
      if (response.status !== 401 && response.status !== 403) return response
      const challenge = await readChallenge(response)
      const insufficient = response.status === 403 && challenge?.error === 'insufficient_scope'
      if (response.status === 403 && !insufficient) return response
      await response.body?.cancel()
      // Once until the next sign-in: a server that takes no token at all would have them renewed for ever.
      if (response.status === 401 && access !== undefined && rejectedToken === undefined) {
        rejectedToken = access.accessToken
        const renewed =
          session === undefined
            ? undefined
            : await usableAccess(ports, session, rejectedToken, request.signal)
        if (renewed !== undefined) continue
      }
      session = await authorize(challenge ?? NO_CHALLENGE, session)
      rejectedToken = undefined
    }
  }
}

const NO_CHALLENGE: Challenge = {
  resourceMetadata: undefined,
  scopes: undefined,
  error: undefined,
  dpop: false,
}

/** Undefined when the session cannot give a token any more: then a sign-in is due. */
async function usableAccess(
  ports: AuthorizedFetchPorts,
  session: SessionInfo,
  rejectedToken: string | undefined,
  signal: AbortSignal,
): Promise<Access | undefined> {
  try {
    return await ports.access({ sessionId: session.id, rejectedToken, signal })
  } catch (error) {
    if (
      isSignInError(error, 'session_expired') ||
      isSignInError(error, 'refresh_lost') ||
      isSignInError(error, 'session_missing')
    ) {
      return undefined
    }
    throw error
  }
}

/** MCP token handling: a token is for the resource it was issued for, and its sub-paths. */
function checkTarget(url: string, access: Access): void {
  const target = new URL(url)
  const resource = new URL(access.resource)
  const prefix = resource.pathname.endsWith('/') ? resource.pathname : `${resource.pathname}/`
  if (target.origin !== resource.origin || !`${target.pathname}/`.startsWith(prefix)) {
    throw new SignInError('cross_origin_redirect', { server: access.server })
  }
}

/** A fresh proof per request, and once more when the server asks for a nonce (RFC 9449 sections 7 and 9). */
async function sendWithProof(
  ports: AuthorizedFetchPorts,
  request: AuthorizedRequest,
  access: Access,
  handle: oauth.DPoPHandle,
): Promise<Response> {
  const send = async () => {
    let answer: Response | undefined
    try {
      return await oauth.protectedResourceRequest(
        access.accessToken,
        request.method,
        new URL(request.url),
        new Headers(request.headers),
        request.body,
        {
          DPoP: handle,
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- the URL was judged when the session was made
          [oauth.allowInsecureRequests]: true,
          [oauth.customFetch]: async (_url, init) => {
            answer = await ports.send({ ...request, headers: init.headers })
            return answer
          },
        },
      )
    } catch (error) {
      if (answer === undefined || !(error instanceof oauth.WWWAuthenticateChallengeError))
        throw error
      return answer
    }
  }
  const first = await send()
  const wantsNonce =
    first.status === 401 && (await readChallenge(first))?.error === 'use_dpop_nonce'
  return wantsNonce ? await send() : first
}
