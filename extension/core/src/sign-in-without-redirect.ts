import { exchangeAssertion, JWT_BEARER } from './assertion-grant.ts'
import type { Challenge } from './challenge.ts'
import { requestClientCredentials } from './client-credentials.ts'
import { createSession } from './create-session.ts'
import { authorizeDevice, DEVICE_CODE, type DeviceVerification } from './device-authorization.ts'
import { discover, type Discovery } from './discover.ts'
import { onBehalfOf } from './endpoint-policy.ts'
import { SignInError } from './errors.ts'
import { requestIdJag, type IdentityProvider } from './id-jag.ts'
import { identify } from './identify.ts'
import type { ClientIdentity, IdentitySources } from './identity.ts'
import { keepSession } from './keep-session.ts'
import { createProofKey, type ProofKey } from './proof.ts'
import { requestedScopes } from './select-scopes.ts'
import { parseServerUrl } from './server-url.ts'
import { sessionInfo, type SessionInfo } from './session.ts'
import type { SignInPorts } from './sign-in.ts'
import type { TokenSet } from './token-request.ts'
import { note } from './trace.ts'

/** How a token is obtained when no browser comes back here. */
export type RedirectlessGrant =
  /** The client's own token; a CI job or an agent. */
  | { readonly kind: 'client-credentials' }
  /** A person answers on another device. */
  | { readonly kind: 'device'; readonly show: (verification: DeviceVerification) => void }
  /** The enterprise's identity provider vouches for the person. */
  | { readonly kind: 'enterprise'; readonly provider: IdentityProvider }
  /** The platform this runs on vouches for the workload. Asked per use: such tokens are short-lived. Confidential. */
  | {
      readonly kind: 'workload'
      readonly assertion: (target: {
        readonly issuer: string
        readonly resource: string
      }) => Promise<string>
    }

export interface RedirectlessSignIn {
  /** As the person or the job gave it. */
  readonly serverUrl: string
  readonly grant: RedirectlessGrant
  readonly sources: IdentitySources
  readonly pinnedScopes: readonly string[] | undefined
  readonly challenge: Challenge | undefined
  readonly previous: SessionInfo | undefined
}

const GRANT_TYPES = {
  'client-credentials': 'client_credentials',
  device: DEVICE_CODE,
  enterprise: JWT_BEARER,
  workload: JWT_BEARER,
} as const

/**
 * A sign-in whose grant has no redirect: server URL → discovery → identity → tokens → saved session (MCP
 * authorization extensions; RFC 6749 section 4.4, RFC 7523, RFC 8628). The checks are those of `signIn`.
 * Throws `grant_unsupported` and the codes of `discover`, `identify`, `requestClientCredentials`,
 * `authorizeDevice`, `requestIdJag`, `exchangeAssertion` and `keepSession`.
 */
export async function signInWithoutRedirect(
  hostPorts: SignInPorts,
  request: RedirectlessSignIn,
  signal: AbortSignal,
): Promise<SessionInfo> {
  const ports = onBehalfOf(hostPorts, parseServerUrl(request.serverUrl))
  const discovery = await discover(ports, request, signal)
  const grantType = GRANT_TYPES[request.grant.kind]
  checkGrant(discovery, grantType)
  const use = { redirectUri: undefined, grantType }
  const sources = { ...request.sources, dynamicRegistration: mayRegister(request) }
  const identity = await identify(ports, discovery.issuer, use, { sources, avoid: [] }, signal)
  const proofKey = await createProofKey(discovery)
  const offlineAccess = request.grant.kind === 'device'
  const scopes = requestedScopes(discovery, request, offlineAccess)
  const tokens = await obtainTokens(ports, discovery, identity, request, scopes, proofKey, signal)
  note(ports, 'token', {
    issuer: discovery.issuer.issuer,
    scope: tokens.scopes,
    refreshable: tokens.refreshToken !== undefined,
  })
  const obtained = createSession(ports, {
    discovery,
    identity,
    tokens,
    proofKey,
    redirectUri: undefined,
    requestedScopes: scopes ?? [],
  })
  return sessionInfo(await keepSession(ports, obtained, request.previous, signal))
}

/** A registration nobody made cannot vouch for itself (MCP client credentials: dynamic registration is not used). */
function mayRegister({ grant, sources }: RedirectlessSignIn): boolean {
  return grant.kind === 'device' && sources.dynamicRegistration
}

function checkGrant({ issuer }: Discovery, grantType: string): void {
  const supported = issuer.grant_types_supported
  if (supported !== undefined && !supported.includes(grantType))
    throw new SignInError('grant_unsupported', { issuer: issuer.issuer, grantType })
}

async function obtainTokens(
  ports: SignInPorts,
  discovery: Discovery,
  identity: ClientIdentity,
  { grant }: RedirectlessSignIn,
  scopes: readonly string[] | undefined,
  proofKey: ProofKey | undefined,
  signal: AbortSignal,
): Promise<TokenSet> {
  const { issuer } = discovery.issuer
  const { resource } = discovery.resource
  switch (grant.kind) {
    case 'client-credentials':
      return await requestClientCredentials(ports, discovery, identity, scopes, proofKey, signal)
    case 'device':
      return await authorizeDevice(
        ports,
        discovery,
        identity,
        scopes,
        proofKey,
        (verification) => {
          note(ports, 'device', { issuer, verification_uri: verification.verificationUri })
          grant.show(verification)
        },
        signal,
      )
    case 'enterprise':
    case 'workload': {
      const assertion =
        grant.kind === 'enterprise'
          ? await requestIdJag(
              ports,
              grant.provider,
              { issuer, resource, scopes },
              discovery.server,
              signal,
            )
          : await grant.assertion({ issuer, resource })
      note(ports, 'assertion', { issuer, resource, kind: grant.kind })
      return await exchangeAssertion(
        ports,
        discovery,
        identity,
        assertion,
        scopes,
        proofKey,
        signal,
      )
    }
  }
}
