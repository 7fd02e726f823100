import * as oauth from 'oauth4webapi'
import { clientAuth } from './client-auth.ts'
import type { Discovery } from './discover.ts'
import { checkEndpoint } from './endpoint-policy.ts'
import { isSignInError, SignInError } from './errors.ts'
import type { ClientIdentity } from './identity.ts'
import {
  DEVICE_POLL_MS,
  DEVICE_SLOW_DOWN_MS,
  MAX_DEVICE_POLL_MS,
  MAX_DEVICE_WAIT_MS,
} from './limits.ts'
import type { CorePorts } from './ports.ts'
import { protocolOptions } from './protocol-request.ts'
import type { GrantAttempt, RedirectlessGrant } from './redirectless-grant.ts'
import { tokenError } from './token-error.ts'
import { requestTokens, scopeParameter, type TokenSet } from './token-request.ts'
import { note } from './trace.ts'

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

/** What the person needs on the other device. From the authorization server: untrusted text. */
export interface DeviceVerification {
  readonly issuer: string
  /** Judged like every endpoint: https, or loopback for a loopback server. */
  readonly verificationUri: string
  readonly userCode: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * A code shown here and typed elsewhere → tokens (RFC 8628): for machines whose browser cannot come back.
 * `show` is called once, before the first question whether it was answered.
 * Throws `endpoint_missing`, `endpoint_insecure`, `authorization_denied`, `device_code_expired`,
 * `token_unreachable`, `token_refused`, `token_invalid`, `response_too_large`, `cancelled`.
 */
export function deviceGrant(show: (verification: DeviceVerification) => void): RedirectlessGrant {
  return {
    grantType: DEVICE_CODE,
    person: true,
    obtain: async (ports, attempt) => await authorizeDevice(ports, attempt, show),
  }
}

async function authorizeDevice(
  ports: Pick<CorePorts, 'fetch' | 'clock' | 'trace'>,
  { discovery, identity, scopes, proofKey, signal }: GrantAttempt,
  show: (verification: DeviceVerification) => void,
): Promise<TokenSet> {
  const { issuer } = discovery
  const started = await start(ports, discovery, identity, scopes, signal)
  const { verification, deviceCode } = started
  note(ports, 'device', {
    issuer: issuer.issuer,
    verification_uri: verification.verificationUri,
  })
  show(verification)
  const ask = async () =>
    await requestTokens(
      ports,
      { issuer, identity, scopes, proofKey, signal },
      async (server, client, auth, options) =>
        await oauth.processDeviceCodeResponse(
          server,
          client,
          await oauth.deviceCodeGrantRequest(server, client, auth, deviceCode, {
            ...options,
            additionalParameters: { resource: discovery.resource.resource },
          }),
        ),
    )
  let { intervalMs } = started
  for (;;) {
    await pause(ports, intervalMs, signal)
    if (ports.clock.now() >= verification.expiresAt)
      throw new SignInError('device_code_expired', { issuer: issuer.issuer })
    const answer = await ask().catch((error: unknown) => judge(error, issuer.issuer))
    if (typeof answer !== 'string') return answer
    if (answer === 'slow_down')
      intervalMs = Math.min(intervalMs + DEVICE_SLOW_DOWN_MS, MAX_DEVICE_POLL_MS)
  }
}

async function start(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  { issuer, resource, server }: Discovery,
  identity: ClientIdentity,
  scopes: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{
  readonly verification: DeviceVerification
  readonly deviceCode: string
  readonly intervalMs: number
}> {
  if (issuer.device_authorization_endpoint === undefined) {
    throw new SignInError('endpoint_missing', {
      issuer: issuer.issuer,
      endpoint: 'device_authorization_endpoint',
    })
  }
  const client = { client_id: identity.clientId }
  try {
    const response = await oauth.deviceAuthorizationRequest(
      issuer,
      client,
      clientAuth(identity),
      { resource: resource.resource, ...scopeParameter(scopes) },
      protocolOptions(ports, signal),
    )
    const answer = await oauth.processDeviceAuthorizationResponse(issuer, client, response)
    const page = checkEndpoint('verification_uri', answer.verification_uri, server)
    const waitMs = Math.min(answer.expires_in * 1000, MAX_DEVICE_WAIT_MS)
    return {
      verification: {
        issuer: issuer.issuer,
        // As it was parsed: a parser takes line breaks out, which people would be shown.
        verificationUri: page.href,
        userCode: answer.user_code,
        expiresAt: ports.clock.now() + waitMs,
      },
      deviceCode: answer.device_code,
      intervalMs:
        answer.interval === undefined
          ? DEVICE_POLL_MS
          : Math.min(answer.interval * 1000, MAX_DEVICE_POLL_MS),
    }
  } catch (error) {
    throw tokenError(issuer.issuer, error)
  }
}

/** "Not yet" is no failure; a lost connection is not either, while the code lives (RFC 8628 section 3.5). */
function judge(error: unknown, issuer: string): 'pending' | 'slow_down' {
  if (error instanceof SignInError) {
    if (error.code === 'token_unreachable') return 'slow_down'
    const refusal = isSignInError(error, 'token_refused') ? error.detail.error : undefined
    if (refusal === 'authorization_pending') return 'pending'
    if (refusal === 'slow_down') return 'slow_down'
    if (refusal === 'access_denied') throw new SignInError('authorization_denied', { issuer })
    if (refusal === 'expired_token') throw new SignInError('device_code_expired', { issuer })
  }
  throw error
}

async function pause(
  { clock }: Pick<CorePorts, 'clock'>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    throw new SignInError('cancelled', {}, { cause: error })
  }
}
