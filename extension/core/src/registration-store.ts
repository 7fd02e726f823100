import type { ClientAuthentication } from './client-auth.ts'
import type { ClientIdentity } from './identity.ts'
import { isJsonObject, parseJsonObject } from './json-document.ts'
import type { Clock, SecretStore } from './ports.ts'
import { deleteSecret, listSecrets, readSecret, writeSecret } from './secret-access.ts'

/** A dynamic registration as stored: bound to one issuer and one redirect URI. */
export interface Registration extends ClientIdentity {
  readonly redirectUri: string
  /** Milliseconds since the epoch; undefined: does not expire. */
  readonly expiresAt: number | undefined
}

export interface RegistrationStore {
  readonly find: (issuer: string, redirectUri: string) => Promise<ClientIdentity | undefined>
  /** For refresh and revocation, where only the client_id is known. */
  readonly findClient: (issuer: string, clientId: string) => Promise<ClientIdentity | undefined>
  readonly save: (registration: Registration) => Promise<void>
  /** After the issuer answered `invalid_client`: it no longer knows this registration. */
  readonly forget: (issuer: string, clientId: string) => Promise<void>
}

const PREFIX = 'registration/v1/'

/** Keeps registrations under `registration/v1/<issuer> <redirect URI>`. Both come verbatim. */
export function createRegistrationStore(secrets: SecretStore, clock: Clock): RegistrationStore {
  const read = async (key: string) => parse(await readSecret(secrets, key))
  const findClientKey = async (issuer: string, clientId: string) => {
    for (const key of await listSecrets(secrets, `${PREFIX}${issuer} `)) {
      const registration = await read(key)
      if (registration?.clientId === clientId) return { key, registration }
    }
    return undefined
  }
  return {
    find: async (issuer, redirectUri) => {
      const registration = await read(`${PREFIX}${issuer} ${redirectUri}`)
      const expired = registration?.expiresAt !== undefined && registration.expiresAt <= clock.now()
      return expired ? undefined : registration
    },
    findClient: async (issuer, clientId) => (await findClientKey(issuer, clientId))?.registration,
    save: async (registration) => {
      const key = `${PREFIX}${registration.issuer} ${registration.redirectUri}`
      await writeSecret(secrets, key, JSON.stringify(registration))
    },
    forget: async (issuer, clientId) => {
      const found = await findClientKey(issuer, clientId)
      if (found !== undefined) await deleteSecret(secrets, found.key)
    },
  }
}

function parse(text: string | undefined): Registration | undefined {
  const value = text === undefined ? undefined : parseJsonObject(text)
  if (value === undefined) return undefined
  const { issuer, clientId, redirectUri, expiresAt } = value
  const authentication = parseAuthentication(value.authentication)
  if (typeof issuer !== 'string' || typeof clientId !== 'string' || typeof redirectUri !== 'string')
    return undefined
  if (authentication === undefined) return undefined
  return {
    kind: 'dcr',
    issuer,
    clientId,
    redirectUri,
    authentication,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
  }
}

function parseAuthentication(value: unknown): ClientAuthentication | undefined {
  if (!isJsonObject(value)) return undefined
  const { method, secret } = value
  if (method === 'none') return { method }
  if (
    (method === 'client_secret_basic' || method === 'client_secret_post') &&
    typeof secret === 'string'
  ) {
    return { method, secret }
  }
  return undefined
}
