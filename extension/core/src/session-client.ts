import type { ClientIdentity, IdentitySources } from './identity.ts'
import type { RegistrationStore } from './registration-store.ts'
import type { SessionInfo } from './session.ts'

/**
 * The client a session was issued to, with its authentication as configured now. Undefined when that
 * client is no longer known here: its registration was deleted, or its setting or secret removed.
 */
export async function sessionClient(
  session: Pick<SessionInfo, 'issuer' | 'clientId' | 'registration'>,
  sources: IdentitySources,
  registrations: RegistrationStore,
): Promise<ClientIdentity | undefined> {
  const { issuer, clientId } = session
  switch (session.registration) {
    case 'dcr':
      return await registrations.findClient(issuer, clientId)
    case 'pre-registered': {
      const authentication = sources.preRegistered.find(
        (known) => known.issuer === issuer && known.clientId === clientId,
      )?.authentication
      return authentication && { kind: 'pre-registered', issuer, clientId, authentication }
    }
    case 'cimd': {
      // The document a session was issued under may since have been replaced; a public client stays one.
      const authentication =
        sources.published?.clientId === clientId
          ? sources.published.authentication
          : { method: 'none' as const }
      return { kind: 'cimd', issuer, clientId, authentication }
    }
  }
}
