import ipaddr from 'ipaddr.js'
import { remembered } from './parse-url.ts'

/** Why a host is not one that strangers on the internet can reach. */
export type HostProblem = 'special-use-address' | 'local-name' | 'reserved-name'

const LOCAL_NAMES = /(^|\.)(localhost|local|internal|home\.arpa|lan)$/
const RESERVED_NAMES = /(^|\.)(example|test|invalid)$|(^|\.)example\.(com|net|org)$/

/** The library also calls unicast what is not assigned, and ::/96, which carries an IPv4 address. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address is one of the public internet's: global unicast and nothing of RFC 6890's special
 * registries, nor an IPv4 address inside an IPv6 one. A string that is no address is not public.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parseAddress(address)
  if (parsed?.range() !== 'unicast') return false
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_IPV6)
}

/** What is wrong with a URL's host by its name alone; nothing is resolved. `hostname` is a `URL`'s. */
export const hostProblem = remembered((hostname): HostProblem | undefined => {
  const name = hostname.toLowerCase().replace(/\.+$/, '')
  const literal = name.replace(/^\[|\]$/g, '')
  if (parseAddress(literal) !== undefined) {
    return isPublicAddress(literal) ? undefined : 'special-use-address'
  }
  if (name === '' || LOCAL_NAMES.test(name) || !name.includes('.')) return 'local-name'
  return RESERVED_NAMES.test(name) ? 'reserved-name' : undefined
})

/** 127.0.0.0/8, ::1 and localhost, as redirect URIs name them. */
export const isLoopbackHost = remembered((hostname): boolean => {
  const name = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  return name === 'localhost' || parseAddress(name)?.range() === 'loopback'
})

/** The library finds out by throwing, which is slow: names are told from addresses beforehand. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return /^[\d.]+$|:/.test(text) && ipaddr.isValid(text) ? ipaddr.parse(text) : undefined
}
