import type { IdentitySources, SecretStore } from '@signet/core'
import type { PublishedIdentity } from '@signet/site/client-metadata'
import { authenticationOf } from './client-secret.ts'
import type { Settings } from './settings.ts'

/**
 * Settings and the built-in identity → what the core may identify itself with. The published document is
 * the one the site builds from the same source, so what is sent and what is published cannot differ.
 */
export async function identitySources(
  settings: Settings,
  identity: PublishedIdentity,
  secrets: Pick<SecretStore, 'get'>,
): Promise<IdentitySources> {
  const { clientId, redirectUris, grantTypes, reservedOrigin, clientName } = identity
  return {
    clientName,
    dynamicRegistration: settings.dynamicRegistration,
    tolerances: settings.tolerances,
    published: settings.publishedDocument
      ? { clientId, redirectUris, grantTypes, reservedOrigin, authentication: { method: 'none' } }
      : undefined,
    preRegistered: await Promise.all(
      settings.preRegisteredClients.map(async (client) => ({
        issuer: client.issuer,
        clientId: client.clientId,
        redirectUris: client.redirectUris,
        authentication: await authenticationOf(client, secrets),
      })),
    ),
  }
}
