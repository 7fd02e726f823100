import type { ClientAuthentication, SecretStore } from '@signet/core'
import { readClientKey } from './client-key.ts'
import type { PreRegisteredSetting, Settings } from './settings.ts'

/** A client by hand that proves itself with something that settings must not hold. */
export type ClientWithSecret = PreRegisteredSetting & {
  readonly method: Exclude<PreRegisteredSetting['method'], 'none'>
}

export function withSecret({ preRegisteredClients }: Settings): readonly ClientWithSecret[] {
  return preRegisteredClients.filter(
    (client): client is ClientWithSecret => client.method !== 'none',
  )
}

/** Where a client's secret, or its private key as a JWK, is kept in the secret store. */
export function secretKey({ issuer, clientId }: PreRegisteredSetting): string {
  return `client-secret/v1/${issuer} ${clientId}`
}

/** How a client by hand proves itself; undefined: what it needs is not stored here, or cannot be used. */
export async function authenticationOf(
  client: PreRegisteredSetting,
  secrets: Pick<SecretStore, 'get'>,
): Promise<ClientAuthentication | undefined> {
  const { method } = client
  if (method === 'none') return { method }
  const secret = await secrets.get(secretKey(client))
  if (secret === undefined) return undefined
  if (method !== 'private_key_jwt') return { method, secret }
  const read = await readClientKey(secret)
  return typeof read === 'string'
    ? undefined
    : { method, typ: 'client-authentication+jwt', ...read }
}
