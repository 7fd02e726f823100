import * as oauth from 'oauth4webapi'
import { NetworkFailure, unreachable } from './bounded-fetch.ts'
import { clientAuth } from './client-auth.ts'
import type { Discovery } from './discover.ts'
import { checkEndpoint } from './endpoint-policy.ts'
import { SignInError } from './errors.ts'
import type { ClientIdentity } from './identity.ts'
import type { CorePorts, RandomToken } from './ports.ts'
import { protocolOptions } from './protocol-request.ts'
import { safeCause } from './safe-cause.ts'

/**
 * One authorization request that is about to be opened, with everything its answer is judged by. Recorded
 * before the browser opens (MCP authorization response validation; RFC 8252 section 8.10). Held in memory
 * only. `codeVerifier` and `state` are confidential.
 */
export interface PendingAuthorization {
  readonly url: string
  readonly state: string
  readonly codeVerifier: string
  readonly issuer: string
  readonly resource: string
  readonly redirectUri: string
  readonly clientId: string
  /** As asked for; undefined: the parameter was left out. */
  readonly scopes: readonly string[] | undefined
}

export interface AuthorizationRequest {
  readonly redirectUri: string
  /** Wraps the random part of `state` for receivers that route by it; identity for the others. */
  readonly encodeState: (nonce: string) => string
  readonly scopes: readonly string[] | undefined
  /** From settings; cannot replace a parameter of the protocol. */
  readonly extraParameters: Readonly<Record<string, string>>
  readonly anotherAccount: boolean
}

/**
 * Builds the authorization request: PKCE S256, state, verbatim resource, and pushes it when the server
 * requires that (OAuth 2.1 section 4.1.1, RFC 8707 section 2, RFC 9126).
 * Throws `endpoint_missing`, `endpoint_insecure`, `authorization_failed`, `discovery_unreachable`,
 * `cancelled`.
 */
export async function authorize(
  ports: Pick<CorePorts, 'fetch' | 'clock'> & { readonly randomToken: RandomToken },
  discovery: Discovery,
  identity: ClientIdentity,
  request: AuthorizationRequest,
  signal: AbortSignal,
): Promise<PendingAuthorization> {
  const { issuer, resource, server } = discovery
  if (issuer.authorization_endpoint === undefined) {
    throw new SignInError('endpoint_missing', {
      issuer: issuer.issuer,
      endpoint: 'authorization_endpoint',
    })
  }
  const endpoint = checkEndpoint('authorization_endpoint', issuer.authorization_endpoint, server)
  const codeVerifier = ports.randomToken()
  const state = request.encodeState(ports.randomToken())
  const parameters = new Map<string, string>(Object.entries(request.extraParameters))
  const { scopes } = request
  const prompt = [
    ...(request.anotherAccount ? accountPrompt(issuer) : []),
    // OpenID Connect Core section 11: without the consent prompt a server ignores offline_access.
    ...(scopes?.includes('offline_access') === true ? ['consent'] : []),
  ]
  if (prompt.length > 0 && !parameters.has('prompt')) parameters.set('prompt', prompt.join(' '))
  parameters.set('response_type', 'code')
  parameters.set('client_id', identity.clientId)
  parameters.set('redirect_uri', request.redirectUri)
  parameters.set('state', state)
  parameters.set('code_challenge', await oauth.calculatePKCECodeChallenge(codeVerifier))
  parameters.set('code_challenge_method', 'S256')
  parameters.set('resource', resource.resource)
  if (scopes !== undefined) parameters.set('scope', scopes.join(' '))
  const sent =
    issuer.require_pushed_authorization_requests === true
      ? await push(ports, discovery, identity, parameters, signal)
      : parameters
  return {
    url: withParameters(endpoint, sent),
    state,
    codeVerifier,
    issuer: issuer.issuer,
    resource: resource.resource,
    redirectUri: request.redirectUri,
    clientId: identity.clientId,
    scopes,
  }
}

/** Only what the server lists (Initiating User Registration via OpenID Connect section 4): others refuse it. */
function accountPrompt({
  prompt_values_supported: supported,
}: oauth.AuthorizationServer): readonly string[] {
  const value = ['select_account', 'login'].find(
    (wanted) => Array.isArray(supported) && supported.includes(wanted),
  )
  return value === undefined ? [] : [value]
}

async function push(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  { issuer }: Discovery,
  identity: ClientIdentity,
  parameters: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const client = { client_id: identity.clientId }
  try {
    const response = await oauth.pushedAuthorizationRequest(
      issuer,
      client,
      clientAuth(identity),
      new URLSearchParams([...parameters]),
      protocolOptions(ports, signal),
    )
    const { request_uri: requestUri } = await oauth.processPushedAuthorizationResponse(
      issuer,
      client,
      response,
    )
    return new Map([
      ['client_id', identity.clientId],
      ['request_uri', requestUri],
    ])
  } catch (error) {
    if (error instanceof SignInError || error instanceof NetworkFailure)
      throw unreachable('discovery_unreachable', error)
    const code = error instanceof oauth.ResponseBodyError ? error.error : 'invalid_response'
    throw new SignInError(
      'authorization_failed',
      { issuer: issuer.issuer, error: code },
      { cause: safeCause(error) },
    )
  }
}

/** Spaces as %20: some hand-overs to the system browser turn a plus sign into something else. */
function withParameters(endpoint: URL, parameters: ReadonlyMap<string, string>): string {
  const url = new URL(endpoint)
  for (const [name, value] of parameters) url.searchParams.set(name, value)
  return `${url.origin}${url.pathname}?${url.searchParams.toString().replaceAll('+', '%20')}`
}
