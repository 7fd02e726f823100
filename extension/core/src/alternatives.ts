import type { AuthorizationServer } from 'oauth4webapi'
import { DEVICE_CODE } from './device-authorization.ts'
import { isSignInError } from './errors.ts'
import { chooseIdentity, type IdentityKind, type IdentitySources } from './identity.ts'

/** What a person may turn to when the sign-in server's page refuses the sign-in under way. */
export interface Alternatives {
  /** Another way of identifying this client than the published document. */
  readonly identity: IdentityKind | undefined
  /** A code that is entered on another device (RFC 8628). */
  readonly device: boolean
}

/** What else the server offers beside the identity in use; nothing is asked nor registered. Pure. */
export function alternativesAt(
  issuer: AuthorizationServer,
  used: { readonly kind: IdentityKind; readonly redirectUri: string },
  sources: IdentitySources,
): Alternatives {
  const { redirectUri } = used
  const code = { redirectUri, grantType: 'authorization_code' }
  const device = { redirectUri: undefined, grantType: DEVICE_CODE }
  const grants = issuer.grant_types_supported
  return {
    identity: used.kind === 'cimd' ? identityAt(issuer, code, sources, ['cimd']) : undefined,
    device:
      issuer.device_authorization_endpoint !== undefined &&
      (grants === undefined || grants.includes(DEVICE_CODE)) &&
      identityAt(issuer, device, sources, []) !== undefined,
  }
}

function identityAt(
  issuer: AuthorizationServer,
  use: Parameters<typeof chooseIdentity>[1],
  sources: IdentitySources,
  avoid: readonly IdentityKind[],
): IdentityKind | undefined {
  try {
    const choice = chooseIdentity(issuer, use, sources, avoid)
    return choice.use === 'known' ? choice.identity.kind : 'dcr'
  } catch (error) {
    if (isSignInError(error, 'no_client_identity')) return undefined
    throw error
  }
}
