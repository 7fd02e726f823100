import type { Target, TargetKind } from '../../site/src/check/targets.ts'
import { SHORTEST_SERVER_TIMEOUT_MS } from '../../site/src/client-metadata/limits.ts'
import { writtenText } from './written-text.ts'

/** One entry of Gatus’s `endpoints`. */
export interface GatusEndpoint {
  readonly name: string
  readonly group: string
  readonly url: string
  readonly interval: string
  readonly headers?: Readonly<Record<string, string>>
  readonly client: { readonly 'ignore-redirect': boolean; readonly timeout: string }
  readonly conditions: readonly string[]
}

/** What authorization servers fetch, and may be answered otherwise than a monitor is. */
const FETCHED = new Set<TargetKind>(['document', 'keys'])

/** Python’s httpx, as in many authorization servers. */
const OTHER_CLIENT = { Accept: '*/*', 'User-Agent': 'python-httpx/0.28.1' }

/** The strictest look that Gatus can be told to take. */
export function gatusEndpoints(targets: readonly Target[]): readonly GatusEndpoint[] {
  return targets.flatMap((target) => {
    const endpoint = gatusEndpoint(target)
    if (!FETCHED.has(target.kind)) return [endpoint]
    return [
      endpoint,
      { ...endpoint, name: `${target.path} for another client`, headers: OTHER_CLIENT },
    ]
  })
}

function gatusEndpoint(target: Target): GatusEndpoint {
  const { path, url, clientId } = target
  const text = writtenText(target)
  return {
    name: path,
    group: 'identity',
    url,
    interval: '1m',
    client: { 'ignore-redirect': true, timeout: '10s' },
    conditions: [
      '[STATUS] == 200',
      `[RESPONSE_TIME] < ${SHORTEST_SERVER_TIMEOUT_MS}`,
      '[CERTIFICATE_EXPIRATION] > 240h',
      ...(clientId === undefined ? [] : [`[BODY].client_id == ${clientId}`]),
      // Its conditions are split at their operator.
      ...(text === undefined || text.includes(' == ') ? [] : [`[BODY] == ${text}`]),
    ],
  }
}
