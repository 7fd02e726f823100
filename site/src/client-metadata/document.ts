import {
  CALLBACK_PATH,
  CLIENT_NAME,
  EDITOR_SCHEMES,
  EXTENSION_ID,
  LOOPBACK_PORTS,
  ORIGINS,
  SOFTWARE_ID,
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

/** The kinds of client this product publishes, each under its own client_id. */
export type ClientKey = 'client' | 'editor'

/** The document of one client in one environment, as it is published and as the extension relies on it. */
export function clientDocument(environment: Environment, key: ClientKey): ClientMetadataDocument {
  const origin = ORIGINS[environment]
  return {
    client_id: `${origin}/oauth/${key}.json`,
    client_name: environment === 'production' ? CLIENT_NAME : `${CLIENT_NAME} (${environment})`,
    client_uri: `${origin}/`,
    logo_uri: `${origin}/logo.png`,
    policy_uri: `${origin}/privacy`,
    tos_uri: `${origin}/terms`,
    // Always stated: servers that assume "web" pin the loopback port.
    application_type: 'native',
    redirect_uris: redirectUris(origin, key),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    // Always stated: servers that assume a secret reject the document.
    token_endpoint_auth_method: 'none',
    software_id: SOFTWARE_ID,
  }
}

/**
 * Portless loopback literals for servers that follow RFC 8252 section 7.3, fixed ports for those that
 * compare exactly, one https page for editors that only a URI reaches. Custom schemes make some servers
 * refuse the whole document, so they are in the editor's own document alone.
 */
function redirectUris(origin: string, key: ClientKey): readonly string[] {
  const main = [
    `http://127.0.0.1${CALLBACK_PATH}`,
    `http://[::1]${CALLBACK_PATH}`,
    ...LOOPBACK_PORTS.map((port) => `http://127.0.0.1:${port}${CALLBACK_PATH}`),
    `${origin}${CALLBACK_PATH}`,
  ]
  if (key === 'client') return main
  return [...main, ...EDITOR_SCHEMES.map((scheme) => `${scheme}://${EXTENSION_ID}${CALLBACK_PATH}`)]
}
