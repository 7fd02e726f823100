import * as oauth from 'oauth4webapi'
import { NetworkFailure } from './bounded-fetch.ts'
import { clientAuth } from './client-auth.ts'
import { SignInError } from './errors.ts'
import type { ClientIdentity } from './identity.ts'
import type { CorePorts } from './ports.ts'
import { protocolOptions } from './protocol-request.ts'
import type { Session } from './session.ts'

/** What became of a revocation. `later`: the server was busy or unreachable; trying again makes sense. */
export type RevocationOutcome = 'revoked' | 'not-offered' | 'later' | 'refused'

/**
 * Revokes a session's refresh token, then its access token (RFC 7009 section 2.1), which one refusal does not
 * prevent. An answer that the token type is not supported counts as done for that token: such access tokens
 * end by themselves.
 * Throws `cancelled`, `response_too_large`.
 */
export async function revoke(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  issuer: oauth.AuthorizationServer,
  identity: ClientIdentity,
  session: Pick<Session, 'refreshToken' | 'accessToken'>,
  signal: AbortSignal,
): Promise<RevocationOutcome> {
  if (issuer.revocation_endpoint === undefined) return 'not-offered'
  const tokens: [string, string | undefined][] = [
    ['refresh_token', session.refreshToken],
    ['access_token', session.accessToken === '' ? undefined : session.accessToken],
  ]
  let worst: RevocationOutcome = 'revoked'
  for (const [hint, token] of tokens) {
    if (token === undefined) continue
    const outcome = await revokeToken(ports, issuer, identity, token, hint, signal)
    if (outcome === 'later') return outcome
    if (outcome !== 'revoked') worst = outcome
  }
  return worst
}

async function revokeToken(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  issuer: oauth.AuthorizationServer,
  identity: ClientIdentity,
  token: string,
  hint: string,
  signal: AbortSignal,
): Promise<RevocationOutcome> {
  const client = { client_id: identity.clientId }
  try {
    const response = await oauth.revocationRequest(issuer, client, clientAuth(identity), token, {
      ...protocolOptions(ports, signal),
      additionalParameters: { token_type_hint: hint },
    })
    if (response.status === 429 || response.status >= 500) return 'later'
    await oauth.processRevocationResponse(response)
    return 'revoked'
  } catch (error) {
    if (error instanceof SignInError) throw error
    if (error instanceof NetworkFailure) return 'later'
    if (error instanceof oauth.ResponseBodyError && error.error === 'unsupported_token_type')
      return 'revoked'
    return 'refused'
  }
}
