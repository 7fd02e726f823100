import { CALLBACK_PATH, EDITOR_SCHEMES, EXTENSION_ID, WEB_EDITORS } from './clients.ts'

/**
 * Where an authorization response may be forwarded to. Both ends use this file: the editor writes the
 * target into `state`, the bounce page reads it back. What travels are keys and checked parts; the address
 * is rebuilt from the table in `clients.ts`, so no scheme, host or URL is ever taken from a query.
 */
export type BounceTarget =
  | { readonly kind: 'scheme'; readonly scheme: string }
  /** `callback`: the address the editor gives for itself, e.g. from `env.asExternalUri`. */
  | { readonly kind: 'web'; readonly callback: string }

const VERSION = 'v1'
const NONCE = /^[A-Za-z0-9_-]{43,128}$/
/** `/stable-<commit>/callback`: the path of every browser-served VS Code. */
const WEB_PATH = /^\/([a-z]{1,16}-[0-9a-f]{40})\/callback$/
const BUILD = /^[a-z]{1,16}-[0-9a-f]{40}$/
const REQUEST_ID = /^[0-9]{1,9}$/
const PORT = /^[0-9]{1,5}$/

/**
 * `state` for a target, or undefined when its scheme or origin is not listed or its address has another
 * shape than a callback of ours. `nonce` is the unguessable part: at least 256 bits in base64url.
 */
export function encodeBounceState(target: BounceTarget, nonce: string): string | undefined {
  if (!NONCE.test(nonce)) return undefined
  if (target.kind === 'scheme') {
    return EDITOR_SCHEMES.includes(target.scheme)
      ? [VERSION, 'scheme', target.scheme, nonce].join('.')
      : undefined
  }
  const parts = webParts(target.callback)
  return parts === undefined ? undefined : [VERSION, 'web', ...parts, nonce].join('.')
}

/** The address a state leads to, without OAuth parameters; undefined for everything not listed. */
export function resolveBounceTarget(state: string): string | undefined {
  const [version, kind, ...rest] = state.split('.')
  if (version !== VERSION || !NONCE.test(rest.at(-1) ?? '')) return undefined
  const parts = rest.slice(0, -1)
  if (kind === 'scheme') return schemeAddress(parts)
  return kind === 'web' ? webAddress(parts) : undefined
}

function schemeAddress([scheme, ...others]: readonly string[]): string | undefined {
  const listed = EDITOR_SCHEMES.find((known) => known === scheme)
  return listed === undefined || others.length > 0
    ? undefined
    : `${listed}://${EXTENSION_ID}${CALLBACK_PATH}`
}

/** Key of the origin, port ("0": as in the origin), build, request id, scheme. */
function webParts(callback: string): readonly string[] | undefined {
  if (!URL.canParse(callback)) return undefined
  const { protocol, hostname, port, pathname, searchParams } = new URL(callback)
  const entry = Object.entries(WEB_EDITORS).find(([, { origin, anyPort }]) =>
    anyPort ? origin === `${protocol}//${hostname}` : origin === new URL(callback).origin,
  )
  const build = WEB_PATH.exec(pathname)?.[1]
  const requestId = searchParams.get('vscode-reqid') ?? ''
  const scheme = searchParams.get('vscode-scheme') ?? ''
  if (entry === undefined || build === undefined) return undefined
  const parts = [entry[0], entry[1].anyPort ? port || '0' : '0', build, requestId, scheme]
  return webAddress(parts) === undefined ? undefined : parts
}

function webAddress([key, port, build, requestId, scheme, ...others]: readonly string[]):
  string | undefined {
  const editor = Object.entries(WEB_EDITORS).find(([known]) => known === key)?.[1]
  const listed = EDITOR_SCHEMES.find((known) => known === scheme)
  if (editor === undefined || listed === undefined || others.length > 0) return undefined
  if (!BUILD.test(build ?? '') || !REQUEST_ID.test(requestId ?? '') || !PORT.test(port ?? ''))
    return undefined
  if (Number(port) > 65_535 || (!editor.anyPort && port !== '0')) return undefined
  const query = new URLSearchParams([
    ['vscode-reqid', requestId ?? ''],
    ['vscode-scheme', listed],
    ['vscode-authority', EXTENSION_ID],
    ['vscode-path', CALLBACK_PATH],
  ])
  const host = port === '0' ? editor.origin : `${editor.origin}:${port ?? ''}`
  return `${host}/${build ?? ''}/callback?${query.toString()}`
}
