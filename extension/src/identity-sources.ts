import type { ClientAuthentication, IdentitySources, SecretStore } from '@signet/core'
import type { PublishedIdentity } from '@signet/site/client-metadata'
import type { PreRegisteredSetting, Settings } from './settings.ts'

/** Where the secret of a pre-registered client is kept; settings hold no secrets. */
function clientSecretKey(issuer: string, clientId: string): string {
  return `client-secret/v1/${issuer} ${clientId}`
}

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

async function authenticationOf(
  client: PreRegisteredSetting,
  secrets: Pick<SecretStore, 'get'>,
): Promise<ClientAuthentication> {
  if (client.method === 'none') return { method: 'none' }
  const secret = await secrets.get(clientSecretKey(client.issuer, client.clientId))
  // Without its secret the server will say invalid_client, which is the truth.
  return { method: client.method, secret: secret ?? '' }
}
