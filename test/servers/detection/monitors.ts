import { fetchDocument, type FetchedDocument } from '../../../site/src/check/fetch-document.ts'
import type { Target } from '../../../site/src/check/targets.ts'
import { gatusEndpoints } from '../../../scripts/watch/emit-gatus.ts'
import { asKumaCompares, kumaMonitors } from '../../../scripts/watch/emit-kuma.ts'
import { readDocumentText } from '../../../site/src/client-metadata/document-text.ts'
import { evaluate } from '../../../site/src/client-metadata/evaluate.ts'
import type { World } from './world.ts'

/** Another way to notice a fault, modelled from its documentation or source. */
export interface Monitor {
  readonly id: string
  readonly name: string
  /** What it was modelled from, with its date. */
  readonly basis: string
  /** What it looks at, and how it was set up. */
  readonly rules: string
  /** Whether it would raise an alarm about one target. */
  readonly alarms: (target: Target, world: World) => Promise<boolean>
}

/** Longer than any document here, so that a monitor's own limits decide. */
const MAX_BYTES = 16 * 1_048_576

interface Looked extends FetchedDocument {
  readonly redirects: number
}

type Headers = Readonly<Record<string, string>>

/** Asks as a monitor does: it follows redirects, and loopback is a host like any other. */
async function look(
  url: string,
  world: World,
  headers: Headers,
  maxRedirects: number,
): Promise<Looked> {
  let next = url
  for (let redirects = 0; ; redirects += 1) {
    const fetched = await fetchDocument(next, {
      // None of them looks at more than one address.
      network: {
        ...world.network,
        resolve: async (host) => (await world.network.resolve(host)).slice(0, 1),
      },
      ca: world.ca,
      allowLoopback: true,
      maxBytes: MAX_BYTES,
      deadline: world.deadline(),
      headers,
    })
    const location = fetched.response?.headers.location
    if (location === undefined || redirects === maxRedirects) return { ...fetched, redirects }
    next = new URL(location, next).href
  }
}

const isDocument = ({ kind }: Target) => kind === 'document'

const UPPTIME_UP = [
  200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308,
]

const UPPTIME: Monitor = {
  id: 'upptime',
  name: 'Upptime, default',
  basis: 'uptime-monitor’s src/update.ts and src/helpers/request.ts at 2eb5d99 (2026-08-18)',
  rules: 'every URL a site, GET, three redirects followed; 200 to 208, 226 and all 3xx are up',
  alarms: async ({ url }, world) => {
    const { response } = await look(
      url,
      world,
      { accept: '*/*', 'user-agent': 'upptime.js.org' },
      3,
    )
    if (response === undefined) return true
    // A fourth redirect is an error of its HTTP client.
    const tooMany = response.headers.location !== undefined
    return tooMany || !UPPTIME_UP.includes(response.status)
  },
}

const GATUS_COMMIT = '08c4635 (2026-08-17)'

/** Go's client sends no Accept by itself. */
const GATUS_HEADERS: Headers = { 'user-agent': 'Gatus/1.0' }

const GATUS: Monitor = {
  id: 'gatus-default',
  name: 'Gatus, default',
  basis: `client/config.go and the README at ${GATUS_COMMIT}`,
  rules: 'every URL an endpoint, [STATUS] == 200, redirects followed',
  alarms: async ({ url }, world) =>
    (await look(url, world, GATUS_HEADERS, 10)).response?.status !== 200,
}

const GATUS_BEST: Monitor = {
  id: 'gatus-best',
  name: 'Gatus, strict',
  basis: `client/config.go and config/endpoint/{condition,placeholder}.go at ${GATUS_COMMIT}`,
  rules:
    'the strictest configuration we could write, which signet check --emit gatus prints anew for each deployment: documents and keys asked as two clients, no redirects, [RESPONSE_TIME] < 2500, [CERTIFICATE_EXPIRATION] > 240h, [BODY] equal to the published text. It compares without white space at both ends and has no condition for header fields',
  alarms: async (target, world) => {
    for (const endpoint of gatusEndpoints([target])) {
      const headers = Object.entries(endpoint.headers ?? {})
      const lowered = headers.map(([name, value]) => [name.toLowerCase(), value])
      const fields = { ...GATUS_HEADERS, ...(Object.fromEntries(lowered) as Headers) }
      const looked = await look(endpoint.url, world, fields, 0)
      if (!endpoint.conditions.every((condition) => holds(condition, looked))) return true
    }
    return false
  },
}

/** One of Gatus's conditions; without an answer none holds. */
function holds(condition: string, { response, body, certificate }: Looked): boolean {
  if (response === undefined) return false
  const [, left = '', right = ''] = /^(\S+) (?:==|<|>) (.*)$/s.exec(condition) ?? []
  switch (left) {
    case '[STATUS]':
      return response.status === Number(right)
    case '[RESPONSE_TIME]':
      return response.elapsedMs < Number(right)
    case '[CERTIFICATE_EXPIRATION]':
      return (
        Date.parse(certificate?.notAfter ?? '') - Date.now() > Number.parseInt(right) * 3_600_000
      )
    case '[BODY].client_id':
      return readDocumentText(body ?? new Uint8Array()).document?.client_id === right
    case '[BODY]': {
      const text = Buffer.from(body ?? []).toString('latin1')
      // White space as Go has it: a byte order mark is none.
      return (
        text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '') ===
        Buffer.from(right).toString('latin1')
      )
    }
    default:
      throw new Error(`no model of ${condition}`)
  }
}

const KUMA_HEADERS: Headers = { accept: 'text/html,*/*;q=0.8', 'user-agent': 'Uptime-Kuma/1.23.16' }

/** Days before its end at which it tells of a certificate. */
const KUMA_TELLS_DAYS = 21

const KUMA: Monitor = {
  id: 'kuma',
  name: 'Uptime Kuma, strict',
  basis: 'server/model/monitor.js of 1.23.16 (2024-12-20)',
  rules:
    'the backup that signet check --emit kuma prints anew for each deployment: status 200, no redirects, 2.5 s at most, the body as published, and told of a certificate 21 days before its end. It compares JSON without its white space and has no condition for header fields',
  alarms: async (target, world) => {
    const [monitor] = kumaMonitors([target])
    const { response, body, certificate } = await look(target.url, world, KUMA_HEADERS, 0)
    if (response?.status !== 200 || response.elapsedMs >= (monitor?.timeout ?? 0) * 1000)
      return true
    const leftMs = Date.parse(certificate?.notAfter ?? '') - Date.now()
    if (Math.round(leftMs / 86_400_000) <= KUMA_TELLS_DAYS) return true
    const text = new TextDecoder().decode(body)
    return !asKumaCompares(text).includes(monitor?.keyword ?? '')
  },
}

const CLIENT_DEV: Monitor = {
  id: 'client-dev',
  name: 'client.dev',
  basis: 'app/clients/utils.ts and app/cimd-proxy/route.ts at 54f8de1 (2025-11-07)',
  rules: 'it looks at documents when asked to',
  alarms: async (target, world) => {
    if (!isDocument(target)) return false
    const { response, body } = await look(
      target.url,
      world,
      { accept: '*/*', 'user-agent': 'node' },
      20,
    )
    const { document } = readDocumentText(body ?? new Uint8Array())
    if (response === undefined || document === undefined) return true
    const { client_id: clientId, redirect_uris: redirects } = document
    if (clientId !== target.url) return true
    if (!Array.isArray(redirects) || redirects.length === 0) return true
    if (new Set(redirects).size !== redirects.length) return true
    if (!redirects.every((uri) => typeof uri === 'string')) return true
    return JSON.stringify(document).length > 65_536
  },
}

const FASTMCP: Monitor = {
  id: 'fastmcp',
  name: 'FastMCP validate',
  basis: 'server/auth/cimd.py, by this project’s FastMCP profile (see /compat)',
  rules: 'it looks at documents when asked to',
  alarms: async (target, world) => {
    if (!isDocument(target)) return false
    const fetched = await fetchDocument(target.url, {
      network: world.network,
      ca: world.ca,
      allowLoopback: false,
      maxBytes: 5120,
      deadline: world.deadline(),
      headers: { accept: '*/*', 'user-agent': 'python-httpx/0.28.1' },
    })
    const { profiles } = evaluate({
      clientId: target.url,
      body: fetched.body,
      response: fetched.response,
      fetchFindings: fetched.findings,
      keySet: undefined,
      profiles: ['fastmcp'],
      allowLoopback: false,
    })
    return profiles.fastmcp?.verdict === 'rejected'
  },
}

export const MONITORS: readonly Monitor[] = [UPPTIME, GATUS, GATUS_BEST, KUMA, CLIENT_DEV, FASTMCP]
