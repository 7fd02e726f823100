import type { Challenge } from './challenge.ts'
import { createSession } from './create-session.ts'
import { discover, type Discovery } from './discover.ts'
import { onBehalfOf } from './endpoint-policy.ts'
import { SignInError } from './errors.ts'
import { identify } from './identify.ts'
import type { IdentitySources } from './identity.ts'
import { keepSession } from './keep-session.ts'
import { createProofKey } from './proof.ts'
import type { RedirectlessGrant } from './redirectless-grant.ts'
import { requestedScopes } from './select-scopes.ts'
import { parseServerUrl } from './server-url.ts'
import { sessionInfo, type Session, type SessionInfo } from './session.ts'
import type { SignInPorts } from './sign-in.ts'
import { note } from './trace.ts'

export interface RedirectlessSignIn {
  /** As the person or the job gave it. */
  readonly serverUrl: string
  readonly grant: RedirectlessGrant
  readonly sources: IdentitySources
  readonly pinnedScopes: readonly string[] | undefined
  readonly challenge: Challenge | undefined
  readonly previous: SessionInfo | undefined
}

/**
 * A sign-in whose grant has no redirect: server URL → discovery → identity → tokens → saved session (MCP
 * authorization extensions; RFC 6749 section 4.4, RFC 7523, RFC 8628). The checks are those of `signIn`.
 * Throws `grant_unsupported` and the codes of `discover`, `identify`, the grant and `keepSession`.
 */
export async function signInWithoutRedirect(
  hostPorts: SignInPorts,
  request: RedirectlessSignIn,
  signal: AbortSignal,
): Promise<SessionInfo> {
  const ports = onBehalfOf(hostPorts, parseServerUrl(request.serverUrl))
  const discovery = await discover(ports, request, signal)
  try {
    const obtained = await obtainSession(ports, discovery, request, signal)
    return sessionInfo(await keepSession(ports, obtained, request.previous, signal))
  } catch (error) {
    // An address of it may be what failed: next time ask afresh.
    ports.documents.forget(discovery.issuer.issuer)
    throw error
  }
}

async function obtainSession(
  ports: SignInPorts,
  discovery: Discovery,
  request: RedirectlessSignIn,
  signal: AbortSignal,
): Promise<Session> {
  const { grant } = request
  checkGrant(discovery, grant.grantType)
  const use = { redirectUri: undefined, grantType: grant.grantType }
  // A registration nobody made cannot vouch for itself (MCP client credentials: it is not used there).
  const dynamicRegistration = grant.person && request.sources.dynamicRegistration
  const sources = { ...request.sources, dynamicRegistration }
  const identity = await identify(ports, discovery.issuer, use, { sources, avoid: [] }, signal)
  const proofKey = await createProofKey(discovery)
  const scopes = requestedScopes(discovery, request, grant.person)
  const tokens = await grant.obtain(ports, { discovery, identity, scopes, proofKey, signal })
  note(ports, 'token', {
    issuer: discovery.issuer.issuer,
    scope: tokens.scopes,
    refreshable: tokens.refreshToken !== undefined,
  })
  return createSession(ports, {
    discovery,
    identity,
    tokens,
    proofKey,
    redirectUri: undefined,
    requestedScopes: scopes ?? [],
  })
}

function checkGrant({ issuer }: Discovery, grantType: string): void {
  const supported = issuer.grant_types_supported
  if (supported !== undefined && !supported.includes(grantType))
    throw new SignInError('grant_unsupported', { issuer: issuer.issuer, grantType })
}
