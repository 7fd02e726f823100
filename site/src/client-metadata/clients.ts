/**
 * THE source of this client's identity, and the one file to edit to make it yours. Everything else follows:
 * the published documents, the pages, what the extension sends, what the checks expect.
 *
 * 1. Put your own https origin into `production` (keep it for years: the address is the identity).
 * 2. Put your product's name into `CLIENT_NAME`, a new UUID into `SOFTWARE_ID`, and into `SECURITY_CONTACT` where
 *    people reach you.
 * 3. Build and deploy the site, then package the extension.
 *
 * The ports, the schemes and the paths can stay as they are.
 */

/** One deployment of the identity; each has its own client_ids, and none is valid for another. */
export type Environment = 'production' | 'staging' | 'local'

export const ORIGINS: Readonly<Record<Environment, string>> = {
  // A reserved name (RFC 2606): nobody can publish there, so nothing works until you replace it.
  production: 'https://signet.example',
  staging: 'https://staging.signet.example',
  local: 'https://localhost:8443',
}

export const CLIENT_NAME = 'Signet'

/** Where somebody who found a weakness reaches you: mailto: or https, read every day (RFC 9116). */
export const SECURITY_CONTACT = 'mailto:security@signet.example'

/** The same in every document of one product, whatever its address (RFC 7591 section 2). */
export const SOFTWARE_ID = '6f1c9b1e-2f0e-4a53-9d25-8a3c0c6b7d14'

/**
 * Loopback ports the editor tries first, for servers that compare redirect URIs exactly. Below the range
 * that systems hand out by themselves, and unassigned.
 */
export const LOOPBACK_PORTS: readonly number[] = [28630, 28631, 28632, 28633]

/** Path of every redirect URI. Changing it breaks released extensions. */
export const CALLBACK_PATH = '/callback'

/** The extension that the bounce page opens: publisher.name of extension/package.json. */
export const EXTENSION_ID = 'signet.signet-mcp'

/** URI schemes of desktop editors that the bounce page may open. */
export const EDITOR_SCHEMES: readonly string[] = [
  'vscode',
  'vscode-insiders',
  'vscodium',
  'cursor',
  'windsurf',
  'code-oss',
]

/**
 * Editors served from a browser that the bounce page may return to, by key. A key is part of `state`, so
 * it is short and never reused for another origin. `anyPort` is for loopback, where the port is chosen at
 * start and the address cannot leave the machine.
 */
export const WEB_EDITORS: Readonly<Record<string, WebEditor>> = {
  loopback: { origin: 'http://127.0.0.1', anyPort: true },
}

/** Where the public keys of every confidential client of one origin stand. */
export const JWKS_PATH = '/oauth/jwks.json'

/**
 * The clients, each with its own client_id `<origin>/oauth/<key>.json`. Add one by adding an entry; never
 * reuse or remove a key, because people's consents belong to it. An environment may publish fewer.
 */
export const CLIENTS: Readonly<Record<Environment, readonly ClientDefinition[]>> = {
  production: productClients(),
  staging: productClients(),
  local: productClients(),
}

function productClients(): readonly ClientDefinition[] {
  const installed = { kind: 'native', loopbackPorts: LOOPBACK_PORTS, bounce: true } as const
  return [
    // The default: accepted by the most servers, because it holds nothing any of them refuses.
    { ...installed, key: 'client', schemes: [] },
    // Opt-in: custom schemes make some servers refuse a whole document, so they have their own.
    { ...installed, key: 'editor', schemes: EDITOR_SCHEMES },
    // For CI and agents whose key is really kept; nothing that ships to people uses it.
    {
      kind: 'confidential',
      key: 'agent',
      loopbackPorts: LOOPBACK_PORTS,
      signingAlgorithm: 'ES256',
    },
  ]
}

/** One client, by kind: what it is decides how it may be redirected to and how it proves itself. */
export type ClientDefinition = NativeClient | BrowserClient | ConfidentialClient

interface CommonClient {
  /** Last part of the client_id: lower case, digits, hyphens. Never reused for another client. */
  readonly key: string
  /** Behind the product's name on consent pages, for a product with several clients. */
  readonly nameSuffix?: string
}

/** A program on a person's machine: an editor, a command line. Public, PKCE (RFC 8252). */
export interface NativeClient extends CommonClient {
  readonly kind: 'native'
  /** Fixed loopback ports, beside the entry without a port that matches any. */
  readonly loopbackPorts: readonly number[]
  /** Whether the origin's https bounce page receives answers too. */
  readonly bounce: boolean
  /** URI schemes of its own: `<scheme>://<extension id>/callback`. */
  readonly schemes: readonly string[]
}

/** An application in a browser, on an https origin. Public, PKCE. */
export interface BrowserClient extends CommonClient {
  readonly kind: 'browser'
  /** Absolute https URLs. */
  readonly redirectUris: readonly string[]
}

/** A program that can keep a private key: a CI job, an agent's backend. Proves itself with `private_key_jwt`. */
export interface ConfidentialClient extends CommonClient {
  readonly kind: 'confidential'
  /** Where a person's consent comes back once, before the program goes on alone. */
  readonly loopbackPorts: readonly number[]
  readonly signingAlgorithm: 'ES256' | 'RS256' | 'EdDSA'
}

export interface WebEditor {
  /** Scheme and host, and a port unless `anyPort`; no path. */
  readonly origin: string
  readonly anyPort: boolean
}
