/* eslint-disable @typescript-eslint/no-deprecated -- oauth4webapi marks the switch so that it stands out; the rule it
   turns off is replaced by checkEndpoint, see protocolOptions. */
import * as oauth from 'oauth4webapi'
import { boundedFetch } from './bounded-fetch.ts'
import type { Clock, Fetch } from './ports.ts'

/** The options every oauth4webapi request of ours carries: our fetch with its limits, and cancellation. */
export interface ProtocolOptions {
  readonly [oauth.customFetch]: (
    url: string,
    init: oauth.CustomFetchOptions<string, unknown>,
  ) => Promise<Response>
  readonly [oauth.allowInsecureRequests]: true
  readonly signal: AbortSignal
  /** Binds what is asked for to a key; only the token endpoint is given one. */
  readonly DPoP?: oauth.DPoPHandle
}

/**
 * Makes oauth4webapi send through `boundedFetch`. Its own https rule is off because `checkEndpoint` has
 * already judged every endpoint, and judges loopback more finely than a switch can.
 */
export function protocolOptions(
  ports: { readonly fetch: Fetch; readonly clock: Clock },
  signal: AbortSignal,
  dpop?: oauth.DPoPHandle,
): ProtocolOptions {
  return {
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (url, init) =>
      await boundedFetch(ports, url, {
        method: init.method === 'GET' ? 'GET' : 'POST',
        headers: init.headers,
        body: init.body === undefined || init.body === null ? undefined : bodyText(init.body),
        signal,
      }),
    signal,
    ...(dpop === undefined ? {} : { DPoP: dpop }),
  }
}

function bodyText(body: unknown): string {
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new TypeError('an OAuth request has a form or a JSON body')
}
