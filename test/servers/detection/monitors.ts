import { fetchDocument, type FetchedDocument } from '../../../site/src/check/fetch-document.ts'
import type { Target } from '../../../site/src/check/targets.ts'
import { readDocumentText } from '../../../site/src/client-metadata/document-text.ts'
import { evaluate } from '../../../site/src/client-metadata/evaluate.ts'
import type { World } from './world.ts'

/** Another way to notice a fault. What it does is modelled from its documentation or source, and not run. */
export interface Monitor {
  readonly id: string
  readonly name: string
  /** What it was modelled from, with its date. */
  readonly basis: string
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
      network: world.network,
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
  basis:
    'modelled from uptime-monitor’s src/update.ts and src/helpers/request.ts at 2eb5d99 (2026-08-18): every URL a site, GET, three redirects followed; 200 to 208, 226 and all 3xx are up',
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

/** Go's client sends no Accept by itself. */
const GATUS_HEADERS: Headers = { 'user-agent': 'Gatus/1.0' }

const GATUS: Monitor = {
  id: 'gatus-default',
  name: 'Gatus, default',
  basis:
    'modelled from client/config.go and the README at 08c4635 (2026-08-17): [STATUS] == 200, redirects followed',
  alarms: async ({ url }, world) =>
    (await look(url, world, GATUS_HEADERS, 10)).response?.status !== 200,
}

/** Endpoints may carry header fields, so one URL can be several endpoints. */
const GATUS_ENDPOINTS: readonly Headers[] = [
  GATUS_HEADERS,
  { accept: '*/*', 'user-agent': 'python-httpx/0.28.1' },
]

const GATUS_BEST: Monitor = {
  id: 'gatus-best',
  name: 'Gatus, strict',
  basis:
    'modelled likewise, with config/endpoint/{condition,placeholder}.go: the strictest configuration we could write, generated anew for each deployment. Each URL twice, as itself and as another client; no redirects, [RESPONSE_TIME] < 2500, [CERTIFICATE_EXPIRATION] > 720h, and [BODY] equal to the published text. It compares without white space at both ends and has no condition for header fields',
  alarms: async (target, world) => {
    for (const headers of GATUS_ENDPOINTS)
      if (await gatusAlarms(target, world, headers)) return true
    return false
  },
}

async function gatusAlarms(target: Target, world: World, headers: Headers): Promise<boolean> {
  const { response, body, certificate } = await look(target.url, world, headers, 0)
  if (response?.status !== 200 || response.elapsedMs >= 2500) return true
  const left = Date.parse(certificate?.notAfter ?? '') - Date.now()
  if (!(left > 720 * 3_600_000)) return true
  // A picture cannot be written into its configuration.
  if (target.kind === 'logo' || target.expected === undefined) return false
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').trim()
  return text(body ?? new Uint8Array()) !== text(target.expected)
}

const CLIENT_DEV: Monitor = {
  id: 'client-dev',
  name: 'client.dev',
  basis:
    'modelled from app/clients/utils.ts and app/cimd-proxy/route.ts at 54f8de1 (2025-11-07); it looks at documents when asked to',
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
  basis:
    'modelled by this project’s FastMCP profile (see /compat), read from server/auth/cimd.py; it looks at documents when asked to',
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

export const MONITORS: readonly Monitor[] = [UPPTIME, GATUS, GATUS_BEST, CLIENT_DEV, FASTMCP]
