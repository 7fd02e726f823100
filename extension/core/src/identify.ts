import type { AuthorizationServer } from 'oauth4webapi'
import {
  chooseIdentity,
  type ClientIdentity,
  type IdentityKind,
  type IdentitySources,
  type IdentityUse,
} from './identity.ts'
import type { CorePorts } from './ports.ts'
import { register } from './register.ts'
import type { RegistrationStore } from './registration-store.ts'
import { note } from './trace.ts'

/**
 * Who this client is at one issuer: known already, or registered now (MCP client registration). `use` says what
 * for: the redirect URI and the grant have to be allowed for the client.
 * Throws `no_client_identity` and the codes of `register`.
 */
export async function identify(
  ports: Pick<CorePorts, 'fetch' | 'clock' | 'trace'> & {
    readonly registrations: RegistrationStore
  },
  issuer: AuthorizationServer,
  use: IdentityUse,
  {
    sources,
    avoid,
  }: { readonly sources: IdentitySources; readonly avoid: readonly IdentityKind[] },
  signal: AbortSignal,
): Promise<ClientIdentity> {
  const choice = chooseIdentity(issuer, use, sources, avoid)
  const identity =
    choice.use === 'known'
      ? choice.identity
      : await register(ports, issuer, use, sources.clientName, signal)
  note(ports, 'identity', {
    kind: identity.kind,
    client_id: identity.clientId,
    passed_over: choice.passedOver,
  })
  return identity
}
