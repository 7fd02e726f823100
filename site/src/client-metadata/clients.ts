/**
 * THE source of this client's identity, and the one file to edit to make it yours. Everything else follows:
 * the published documents, the pages, what the extension sends, what the checks expect.
 *
 * 1. Put your own https origin into `production` (keep it for years: the address is the identity).
 * 2. Put your product's name into `clientName`.
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

export interface WebEditor {
  /** Scheme and host, and a port unless `anyPort`; no path. */
  readonly origin: string
  readonly anyPort: boolean
}
