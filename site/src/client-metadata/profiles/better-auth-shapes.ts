import { isLoopbackHost } from '../public-host.ts'
import { PRIVATE_MEMBERS } from '../rules/key-rules.ts'

/** Members that have to be texts. */
export const TEXTS = [
  'client_name',
  'client_uri',
  'logo_uri',
  'tos_uri',
  'policy_uri',
  'scope',
  'software_id',
  'software_version',
  'jwks_uri',
  'token_endpoint_auth_method',
]
/** Members that have to be lists of texts. */
export const LISTS = ['contacts', 'grant_types', 'redirect_uris', 'response_types']

const CURVES: Readonly<Record<string, readonly string[]>> = {
  EC: ['P-256', 'P-384', 'P-521'],
  OKP: ['Ed25519'],
}
const REVERSE_DOMAIN = /^[a-z](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+:$/i

/** Better Auth takes complete public keys of these types and curves, and refuses the set for any other. */
export function isUnfitKey(key: Readonly<Record<string, unknown>>): boolean {
  if (PRIVATE_MEMBERS.some((name) => name !== 'priv' && Object.hasOwn(key, name))) return true
  const has = (...names: string[]) => names.every((name) => (key[name] ?? '') !== '')
  if (key.kty === 'RSA') return !has('n', 'e')
  const curves = CURVES[String(key.kty)]
  const complete = key.kty === 'EC' ? has('x', 'y') : has('x')
  return curves === undefined || !curves.includes(String(key.crv)) || !complete
}

/** `dev.acme.client:/path`: a reversed domain, one slash, no host. */
export function isPrivateUse(url: URL): boolean {
  const rest = url.href.slice(url.protocol.length)
  return REVERSE_DOMAIN.test(url.protocol) && rest.startsWith('/') && !rest.startsWith('//')
}

/** Native rules hold for documents that do not say what they are. */
export function isRefusedRedirect(url: URL, uri: string, type: string): boolean {
  if (uri.includes('#') || url.username !== '' || url.password !== '') return true
  const loopback = isLoopbackHost(url.hostname)
  if (url.protocol === 'https:') return loopback
  if (type === 'web') return true
  if (url.protocol !== 'http:') return false
  return !/^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d*)?(?:[/?]|$)/i.test(uri)
}
