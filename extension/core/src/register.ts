import * as oauth from 'oauth4webapi'
import { unreachable } from './bounded-fetch.ts'
import type { ClientAuthentication } from './client-auth.ts'
import { SignInError } from './errors.ts'
import type { ClientIdentity, IdentityUse } from './identity.ts'
import { parseJsonObject, type JsonObject } from './json-document.ts'
import type { CorePorts } from './ports.ts'
import { protocolOptions } from './protocol-request.ts'
import type { RegistrationStore } from './registration-store.ts'
import { note } from './trace.ts'

type RegisterPorts = Pick<CorePorts, 'fetch' | 'clock' | 'trace'> & {
  readonly registrations: RegistrationStore
}

/**
 * Dynamic client registration (RFC 7591), kept per issuer and redirect URI and used at no other issuer
 * (MCP client registration, authorization server binding). A stored registration is used again until its
 * secret expires.
 * Throws `registration_refused`, `registration_invalid`, `discovery_unreachable`, `response_too_large`,
 * `cancelled`, `store_unavailable`.
 */
export async function register(
  ports: RegisterPorts,
  issuer: oauth.AuthorizationServer,
  use: IdentityUse,
  clientName: string,
  signal: AbortSignal,
): Promise<ClientIdentity> {
  // A registration without a redirect URI is kept under its grant.
  const redirectUri = use.redirectUri ?? use.grantType
  const stored = await ports.registrations.find(issuer.issuer, redirectUri)
  if (stored !== undefined) return stored
  const { identity, expiresAt } = await requestRegistration(ports, issuer, use, clientName, signal)
  await ports.registrations.save({ ...identity, redirectUri, expiresAt })
  note(ports, 'registration', {
    issuer: issuer.issuer,
    client_id: identity.clientId,
    token_endpoint_auth_method: identity.authentication.method,
  })
  return identity
}

interface Registered {
  readonly identity: ClientIdentity
  /** Milliseconds since the epoch; undefined: does not expire. */
  readonly expiresAt: number | undefined
}

async function requestRegistration(
  ports: RegisterPorts,
  issuer: oauth.AuthorizationServer,
  { redirectUri, grantType }: IdentityUse,
  clientName: string,
  signal: AbortSignal,
): Promise<Registered> {
  const metadata = {
    client_name: clientName,
    redirect_uris: redirectUri === undefined ? [] : [redirectUri],
    grant_types: [grantType, 'refresh_token'],
    response_types: redirectUri === undefined ? [] : ['code'],
    token_endpoint_auth_method: preferredMethod(issuer),
    application_type: 'native',
  }
  let response: Response
  try {
    response = await oauth.dynamicClientRegistrationRequest(
      issuer,
      metadata,
      protocolOptions(ports, signal),
    )
  } catch (error) {
    throw unreachable('discovery_unreachable', error)
  }
  // Parsed here: the library insists on members that deployed servers leave out.
  const body = parseJsonObject(await response.text())
  if (response.status !== 201 && response.status !== 200) {
    const error = typeof body?.error === 'string' ? body.error : undefined
    throw new SignInError('registration_refused', {
      issuer: issuer.issuer,
      status: response.status,
      error,
    })
  }
  return readRegistration(body, issuer)
}

function readRegistration(
  body: JsonObject | undefined,
  issuer: oauth.AuthorizationServer,
): Registered {
  const invalid = (reason: string) =>
    new SignInError('registration_invalid', { issuer: issuer.issuer, reason })
  if (body === undefined) throw invalid('not a JSON object')
  const { client_id: clientId, client_secret: secret, client_secret_expires_at: expires } = body
  if (typeof clientId !== 'string' || clientId === '') throw invalid('client_id is not a string')
  if (secret !== undefined && typeof secret !== 'string')
    throw invalid('client_secret is not a string')
  const method = body.token_endpoint_auth_method
  const authentication = readAuthentication(
    typeof method === 'string' ? method : undefined,
    secret,
    issuer,
  )
  if (authentication === undefined) throw invalid('token_endpoint_auth_method cannot be used')
  return {
    identity: { kind: 'dcr', issuer: issuer.issuer, clientId, authentication },
    expiresAt: typeof expires === 'number' && expires > 0 ? expires * 1000 : undefined,
  }
}

/** What the server assigned counts; when it says nothing, its own list does (RFC 7591 section 3.2.1). */
function readAuthentication(
  assigned: string | undefined,
  secret: string | undefined,
  issuer: oauth.AuthorizationServer,
): ClientAuthentication | undefined {
  const method = assigned ?? (secret === undefined ? 'none' : secretMethod(issuer))
  if (method === 'none') return { method }
  if (
    (method === 'client_secret_basic' || method === 'client_secret_post') &&
    secret !== undefined
  ) {
    return { method, secret }
  }
  return undefined
}

function preferredMethod(issuer: oauth.AuthorizationServer): string {
  const methods = issuer.token_endpoint_auth_methods_supported
  return methods === undefined || methods.includes('none') ? 'none' : secretMethod(issuer)
}

function secretMethod(
  issuer: oauth.AuthorizationServer,
): 'client_secret_basic' | 'client_secret_post' {
  const methods = issuer.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  return methods.includes('client_secret_post') && !methods.includes('client_secret_basic')
    ? 'client_secret_post'
    : 'client_secret_basic'
}
