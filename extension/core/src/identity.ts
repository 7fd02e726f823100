import type { AuthorizationServer } from 'oauth4webapi'
import type { ClientAuthentication } from './client-auth.ts'
import { SignInError, type IdentityReason } from './errors.ts'
import { hostReach } from './host-reach.ts'
import { redirectListed } from './redirect-uri.ts'
import type { Tolerances } from './tolerances.ts'

/** A client that somebody registered by hand at one issuer. From settings; the secret from the secret store. */
export interface PreRegisteredClient {
  readonly issuer: string
  readonly clientId: string
  /** Undefined: its secret or key is not stored here, so it cannot be used. */
  readonly authentication: ClientAuthentication | undefined
  /** What was registered; undefined when nobody wrote it down, then it is not checked here. */
  readonly redirectUris: readonly string[] | undefined
}

/** A client whose document is published at its client_id (Client ID Metadata Document). */
export interface PublishedClient {
  readonly clientId: string
  readonly redirectUris: readonly string[]
  /** As the document lists them: a server may refuse any other (RFC 7591 section 2). */
  readonly grantTypes: readonly string[]
  readonly authentication: ClientAuthentication
  /** The origin is a reserved name, so nobody can fetch the document: use it on loopback only. */
  readonly reservedOrigin: boolean
}

export type IdentityKind = 'pre-registered' | 'cimd' | 'dcr'

export interface IdentitySources {
  readonly preRegistered: readonly PreRegisteredClient[]
  /** Undefined when switched off. */
  readonly published: PublishedClient | undefined
  readonly dynamicRegistration: boolean
  /** Name sent in a dynamic registration. */
  readonly clientName: string
  /** What is allowed against the letter of MCP, for single issuers. */
  readonly tolerances?: Tolerances
}

/** What an identity is wanted for. */
export interface IdentityUse {
  /** Undefined for grants without a redirect. */
  readonly redirectUri: string | undefined
  readonly grantType: string
}

/** Who this client is at one issuer. Holds secrets when `authentication` does. */
export interface ClientIdentity {
  readonly kind: IdentityKind
  readonly issuer: string
  readonly clientId: string
  readonly authentication: ClientAuthentication
}

/** The mechanism to use, and why earlier ones were passed over. */
export type IdentityChoice =
  | {
      readonly use: 'known'
      readonly identity: ClientIdentity
      readonly passedOver: readonly IdentityReason[]
    }
  | { readonly use: 'register'; readonly passedOver: readonly IdentityReason[] }

/**
 * Pre-registered for this issuer, then the published document, then dynamic registration (MCP client
 * registration). Pure. `avoid` holds mechanisms the server refused earlier in this sign-in.
 * Throws `no_client_identity` with one reason per mechanism.
 */
export function chooseIdentity(
  issuer: AuthorizationServer,
  use: IdentityUse,
  sources: IdentitySources,
  avoid: readonly IdentityKind[],
): IdentityChoice {
  const passedOver: IdentityReason[] = []
  const own = choosePreRegistered(issuer, use, sources)
  if (typeof own !== 'string') return { use: 'known', identity: own, passedOver }
  passedOver.push(own)
  const published = choosePublished(issuer, use, sources.published, avoid)
  if (typeof published !== 'string') return { use: 'known', identity: published, passedOver }
  passedOver.push(published)
  const missing = registrationObstacle(issuer, sources)
  if (missing === undefined) return { use: 'register', passedOver }
  passedOver.push(missing)
  throw new SignInError('no_client_identity', { issuer: issuer.issuer, reasons: passedOver })
}

function choosePreRegistered(
  issuer: AuthorizationServer,
  { redirectUri }: IdentityUse,
  sources: IdentitySources,
): ClientIdentity | IdentityReason {
  const here = sources.preRegistered.filter((client) => client.issuer === issuer.issuer)
  if (here.length === 0) return 'pre-registered: none configured for this issuer'
  const client = here.find(
    ({ redirectUris }) =>
      redirectUris === undefined ||
      redirectUri === undefined ||
      redirectListed(redirectUris, redirectUri),
  )
  if (client === undefined) return 'pre-registered: redirect not registered'
  const { clientId, authentication } = client
  if (authentication === undefined) {
    // The person's own choice for this issuer: going on under another identity would hide what is missing.
    const reasons = ['pre-registered: no secret stored'] as const
    throw new SignInError('no_client_identity', { issuer: issuer.issuer, reasons })
  }
  return { kind: 'pre-registered', issuer: issuer.issuer, clientId, authentication }
}

function choosePublished(
  issuer: AuthorizationServer,
  { redirectUri, grantType }: IdentityUse,
  client: PublishedClient | undefined,
  avoid: readonly IdentityKind[],
): ClientIdentity | IdentityReason {
  if (client === undefined) return 'cimd: switched off'
  if (issuer.client_id_metadata_document_supported !== true) return 'cimd: not advertised'
  if (avoid.includes('cimd')) return 'cimd: refused before'
  const methods = issuer.token_endpoint_auth_methods_supported
  if (methods !== undefined && !methods.includes(client.authentication.method)) {
    return 'cimd: public clients not allowed'
  }
  if (client.reservedOrigin && hostReach(new URL(issuer.issuer).hostname) !== 'loopback') {
    return 'cimd: the published origin is a reserved name'
  }
  if (!client.grantTypes.includes(grantType)) return 'cimd: grant not in the document'
  if (redirectUri !== undefined && !redirectListed(client.redirectUris, redirectUri))
    return 'cimd: redirect not in the document'
  return {
    kind: 'cimd',
    issuer: issuer.issuer,
    clientId: client.clientId,
    authentication: client.authentication,
  }
}

function registrationObstacle(
  issuer: AuthorizationServer,
  sources: IdentitySources,
): IdentityReason | undefined {
  if (issuer.registration_endpoint === undefined) return 'dcr: not offered'
  return sources.dynamicRegistration ? undefined : 'dcr: switched off'
}
