import type { IncomingHttpHeaders } from 'node:http'

/**
 * What goes to the server. A list of what may, not of what may not: the key, cookies, the editor's
 * connection and whatever a future client adds stay here. `Accept-Encoding` is the editor's, because bodies
 * pass as they are: whoever reads them has said what it can read.
 */
const TO_SERVER: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'last-event-id',
  'user-agent',
  'traceparent',
  'tracestate',
  'baggage',
])

/** `Mcp-Session-Id`, `MCP-Protocol-Version`, `Mcp-Method`, `Mcp-Name`, `Mcp-Param-*`. */
const MCP_PREFIX = 'mcp-'

/** Header fields of one connection (RFC 9110 section 7.6.1), and those of this gateway's own protocol. */
const NOT_TO_EDITOR: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // Signing in is the gateway's business, and the editor acts on what it sees of it.
  'www-authenticate',
  'authentication-info',
  'proxy-authenticate',
  'proxy-authentication-info',
  'dpop-nonce',
  // Said of the server's origin, and the editor sees the gateway's.
  'set-cookie',
  'strict-transport-security',
  'alt-svc',
  'clear-site-data',
])

const CROSS_ORIGIN_PREFIX = 'access-control-'

/** Request header fields of the editor → those for the server. The token is not among them yet. Pure. */
export function headersToServer(incoming: IncomingHttpHeaders): Record<string, string> {
  const outgoing: Record<string, string> = {}
  for (const name in incoming) {
    const value = incoming[name]
    if (typeof value === 'string' && (TO_SERVER.has(name) || name.startsWith(MCP_PREFIX)))
      outgoing[name] = value
  }
  return outgoing
}

/**
 * Response header fields of the server → those for the editor, names and values alternating in both, so
 * that repeated fields stay as they are. Pure.
 */
export function headersToEditor(raw: readonly string[]): string[] {
  const dropped = namedByConnection(raw)
  const kept: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? ''
    const lower = name.toLowerCase()
    if (NOT_TO_EDITOR.has(lower) || lower.startsWith(CROSS_ORIGIN_PREFIX) || dropped.has(lower))
      continue
    kept.push(name, raw[index + 1] ?? '')
  }
  return kept
}

/** Fields that `Connection` names are meant for one connection as well. */
function namedByConnection(raw: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (raw[index]?.toLowerCase() !== 'connection') continue
    for (const name of (raw[index + 1] ?? '').split(',')) names.add(name.trim().toLowerCase())
  }
  // What says where a body ends stays, or the editor could not tell a whole answer from half of one.
  names.delete('content-length')
  return names
}
