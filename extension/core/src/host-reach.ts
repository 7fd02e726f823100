/**
 * Who can reach a host: everyone, this network, this machine. `none`: nothing that speaks OAuth is there
 * (link-local, multicast, documentation, translation prefixes and the rest of the special registries).
 */
export type Reach = 'public' | 'private' | 'loopback' | 'none'

/** Names that the public DNS delegates to nobody (RFC 6762, RFC 8375, ICANN's reservation of `internal`). */
const LOCAL_NAMES = /(^|\.)(local|internal|home\.arpa|lan)$/

/** RFC 6890 and IANA's registry; an address in none of these is public. */
const IPV4: readonly (readonly [string, number, Reach])[] = [
  ['0.0.0.0', 8, 'none'],
  ['10.0.0.0', 8, 'private'],
  // Also what carriers and overlay networks give their members.
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'none'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'none'],
  ['192.0.2.0', 24, 'none'],
  ['192.88.99.0', 24, 'none'],
  ['192.168.0.0', 16, 'private'],
  // Meant for benchmarks; local proxies answer every name from it.
  ['198.18.0.0', 15, 'private'],
  ['198.51.100.0', 24, 'none'],
  ['203.0.113.0', 24, 'none'],
  ['224.0.0.0', 3, 'none'],
]

/** As for IPv4, but an address in none of these is not public: only 2000::/3 is given out. First match counts. */
const IPV6: readonly (readonly [string, number, Reach])[] = [
  ['::1', 128, 'loopback'],
  ['fc00::', 7, 'private'],
  ['2001::', 23, 'none'],
  ['2001:db8::', 32, 'none'],
  ['2002::', 16, 'none'],
  ['3fff::', 20, 'none'],
  ['2000::', 3, 'public'],
]

/** Prefixes that carry an IPv4 address in their last 32 bits: mapped, and translated by a network without IPv4 (RFC 6052). */
const CARRIERS = ['::ffff:0:0', '64:ff9b::']

/**
 * The reach of a host by its name or literal alone; nothing is resolved. `hostname` is a `URL`'s, so every
 * spelling of an address (`2130706433`, `0x7f.1`, `127.1`) has become one. A name that may be anywhere counts
 * as public here; where it leads is judged when it is resolved. Pure.
 */
export function hostReach(hostname: string): Reach {
  const name = hostname.replace(/\.+$/, '')
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return inTable(ipv4Bits(name), IPV4) ?? 'public'
  if (name.startsWith('[')) return inTable(ipv6Bits(name.slice(1, -1)), IPV6) ?? 'none'
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback'
  return LOCAL_NAMES.test(name) || !name.includes('.') ? 'private' : 'public'
}

/**
 * The reach of an address that a resolver gave. Unlike a literal, one that carries an IPv4 address counts as
 * that address: networks without IPv4 answer so for every name. Pure; anything that is no address is `none`.
 */
export function addressReach(address: string): Reach {
  const [bare = ''] = address.split('%')
  const url = `http://${bare.includes(':') ? `[${bare}]` : bare}/`
  if (!/^[\da-f.:]+$/i.test(bare) || !URL.canParse(url)) return 'none'
  const { hostname } = new URL(url)
  if (!hostname.startsWith('[')) return hostReach(hostname)
  const bits = ipv6Bits(hostname.slice(1, -1))
  const carried = CARRIERS.some((prefix) => bits.startsWith(ipv6Bits(prefix).slice(0, 96)))
  return carried ? (inTable(bits.slice(96), IPV4) ?? 'public') : hostReach(hostname)
}

/** True when a server of one reach may send this client to a host of another: never further in than it is itself. */
export function mayName(server: Reach, named: Reach): boolean {
  if (named === 'none') return false
  if (named === 'public' || server === 'loopback') return true
  return server === 'private' && named === 'private'
}

function inTable(bits: string, table: typeof IPV4): Reach | undefined {
  const toBits = bits.length === 32 ? ipv4Bits : ipv6Bits
  return table.find(([base, length]) => bits.startsWith(toBits(base).slice(0, length)))?.[2]
}

/** Four decimal numbers, as `URL` writes them, as 32 characters 0 and 1. */
function ipv4Bits(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
}

/** Groups of hexadecimal digits with at most one `::`, as `URL` writes them, as 128 characters 0 and 1. */
function ipv6Bits(address: string): string {
  const [before = '', after] = address.split('::')
  const groups = (part: string) => part.split(':').filter((group) => group !== '')
  const head = groups(before)
  const tail = groups(after ?? '')
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...zeros, ...tail]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('')
}
