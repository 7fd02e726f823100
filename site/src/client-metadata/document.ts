import {
  CALLBACK_PATH,
  CLIENT_NAME,
  CLIENTS,
  EXTENSION_ID,
  JWKS_PATH,
  ORIGINS,
  SOFTWARE_ID,
  type ClientDefinition,
  type Environment,
} from './clients.ts'

/** A client ID metadata document in the words of RFC 7591 section 2 and the CIMD draft section 4. */
export interface ClientMetadataDocument {
  readonly client_id: string
  readonly client_name: string
  readonly client_uri: string
  readonly logo_uri: string
  readonly policy_uri: string
  readonly tos_uri: string
  readonly application_type: 'native' | 'web'
  readonly redirect_uris: readonly string[]
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly token_endpoint_auth_method: 'none' | 'private_key_jwt'
  readonly token_endpoint_auth_signing_alg?: string
  readonly jwks_uri?: string
  readonly software_id: string
}

/** The clients of this product that its own code names. */
export type ClientKey = 'client' | 'editor' | 'agent'

/** The document of one client in one environment, as it is published and as the extension relies on it. */
export function clientDocument(environment: Environment, key: ClientKey): ClientMetadataDocument {
  const definition = CLIENTS[environment].find((client) => client.key === key)
  if (definition === undefined) throw new TypeError(`${environment} has no client ${key}`)
  return documentOf(environment, definition)
}

/** The same for any definition of clients.ts. */
export function documentOf(
  environment: Environment,
  client: ClientDefinition,
): ClientMetadataDocument {
  const origin = ORIGINS[environment]
  return {
    client_id: `${origin}${documentPath(client)}`,
    client_name: clientName(environment, client),
    client_uri: `${origin}/`,
    logo_uri: `${origin}/logo.png`,
    policy_uri: `${origin}/privacy`,
    tos_uri: `${origin}/terms`,
    // Always stated: servers that assume "web" pin the loopback port.
    application_type: client.kind === 'browser' ? 'web' : 'native',
    redirect_uris: redirectUris(origin, client),
    grant_types: grantTypes(client),
    response_types: ['code'],
    ...authentication(origin, client),
    software_id: SOFTWARE_ID,
  }
}

export function documentPath(client: ClientDefinition): string {
  return `/oauth/${client.key}.json`
}

function clientName(environment: Environment, { nameSuffix }: ClientDefinition): string {
  const name = nameSuffix === undefined ? CLIENT_NAME : `${CLIENT_NAME} ${nameSuffix}`
  return environment === 'production' ? name : `${name} (${environment})`
}

/** A program that runs without a person also asks for itself (MCP client credentials extension). */
function grantTypes({ kind }: ClientDefinition): readonly string[] {
  const grants = ['authorization_code', 'refresh_token']
  return kind === 'confidential' ? [...grants, 'client_credentials'] : grants
}

/** Always stated: servers that assume a secret reject the document. */
function authentication(origin: string, client: ClientDefinition) {
  if (client.kind !== 'confidential') return { token_endpoint_auth_method: 'none' } as const
  return {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: client.signingAlgorithm,
    jwks_uri: `${origin}${JWKS_PATH}`,
  } as const
}

/**
 * Portless loopback literals for servers that follow RFC 8252 section 7.3, fixed ports for those that
 * compare exactly, one https page for editors that only a URI reaches, custom schemes last.
 */
function redirectUris(origin: string, client: ClientDefinition): readonly string[] {
  if (client.kind === 'browser') return client.redirectUris
  const loopback = [
    `http://127.0.0.1${CALLBACK_PATH}`,
    `http://[::1]${CALLBACK_PATH}`,
    ...client.loopbackPorts.map((port) => `http://127.0.0.1:${port}${CALLBACK_PATH}`),
  ]
  if (client.kind === 'confidential') return loopback
  return [
    ...loopback,
    ...(client.bounce ? [`${origin}${CALLBACK_PATH}`] : []),
    ...client.schemes.map((scheme) => `${scheme}://${EXTENSION_ID}${CALLBACK_PATH}`),
  ]
}
