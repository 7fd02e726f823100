import type { Discovery } from './discover.ts'
import type { ClientIdentity } from './identity.ts'
import type { CorePorts } from './ports.ts'
import type { ProofKey } from './proof.ts'
import type { TokenSet } from './token-request.ts'

/** One attempt to get tokens: what was discovered, who asks, and for what. */
export interface GrantAttempt {
  readonly discovery: Discovery
  readonly identity: ClientIdentity
  /** Undefined: the parameter is left out. */
  readonly scopes: readonly string[] | undefined
  readonly proofKey: ProofKey | undefined
  /** The person's, or the job's. */
  readonly signal: AbortSignal
}

/**
 * How tokens are obtained when no browser comes back here. Made by `clientCredentialsGrant`, `deviceGrant`,
 * `enterpriseGrant` and `workloadGrant`; a host bundles those it offers.
 */
export interface RedirectlessGrant {
  readonly grantType: string
  /** A person is there who can be away later, and may vouch for a client nobody registered. */
  readonly person: boolean
  readonly obtain: (
    ports: Pick<CorePorts, 'fetch' | 'clock' | 'trace'>,
    attempt: GrantAttempt,
  ) => Promise<TokenSet>
}
