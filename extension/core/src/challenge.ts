import * as oauth from 'oauth4webapi'
import { boundedFetch, unreachable } from './bounded-fetch.ts'
import { SignInError } from './errors.ts'
import type { Clock, Fetch } from './ports.ts'
import type { ServerUrl } from './server-url.ts'

/** What a server asked for in `WWW-Authenticate`. All of it is from the resource server: untrusted. */
export interface Challenge {
  /** The URL of its metadata, unchecked (RFC 9728 section 5.1). */
  readonly resourceMetadata: string | undefined
  /** Scopes, in the order given; undefined when the parameter is absent (RFC 6750 section 3). */
  readonly scopes: readonly string[] | undefined
  readonly error: string | undefined
  /** The server asks for sender-constrained tokens (RFC 9449 section 7.1). */
  readonly dpop: boolean
}

const NO_CHALLENGE: Challenge = {
  resourceMetadata: undefined,
  scopes: undefined,
  error: undefined,
  dpop: false,
}

/** A request that any MCP server of either protocol era must answer, and that changes nothing. */
const PROBE_BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'signet', version: '1' },
  },
})

/**
 * Asks the server without a token and reads its challenge (MCP authorization; RFC 6750 section 3).
 * Throws `server_unreachable`, `server_open`, `server_unexpected_status`, `response_too_large`, `cancelled`.
 */
export async function requestChallenge(
  ports: { readonly fetch: Fetch; readonly clock: Clock },
  server: ServerUrl,
  signal: AbortSignal,
): Promise<Challenge> {
  const response = await probe(ports, server, signal)
  if (response.ok) throw new SignInError('server_open', { status: response.status })
  if (response.status !== 401) {
    throw new SignInError('server_unexpected_status', { status: response.status })
  }
  return (await readChallenge(response)) ?? NO_CHALLENGE
}

/**
 * Reads the first Bearer or DPoP challenge of a response this client already has (RFC 6750 section 3,
 * RFC 9449 section 7.1). Undefined when there is none, or none that parses.
 */
export async function readChallenge(response: Response): Promise<Challenge | undefined> {
  const challenge = (await parseChallenges(response.headers)).find(
    ({ scheme }) => scheme === 'bearer' || scheme === 'dpop',
  )
  if (challenge === undefined) return undefined
  const { resource_metadata: resourceMetadata, scope, error } = challenge.parameters
  return {
    resourceMetadata,
    scopes: scope?.split(' ').filter((token) => token !== ''),
    error,
    dpop: challenge.scheme === 'dpop',
  }
}

async function probe(
  ports: { readonly fetch: Fetch; readonly clock: Clock },
  server: ServerUrl,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await boundedFetch(ports, server.href, {
      method: 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: PROBE_BODY,
      signal,
    })
  } catch (error) {
    throw unreachable('server_unreachable', error)
  }
}

/** The library's header parser is only reachable through a request, so it is given the answer at hand. */
async function parseChallenges(
  headers: Headers,
): Promise<readonly oauth.WWWAuthenticateChallenge[]> {
  try {
    await oauth.protectedResourceRequest(
      'unused',
      'GET',
      new URL('https://unused.invalid'),
      undefined,
      null,
      {
        [oauth.customFetch]: async () =>
          await Promise.resolve(new Response(null, { status: 401, headers })),
      },
    )
  } catch (error) {
    if (error instanceof oauth.WWWAuthenticateChallengeError) return error.cause
    throw error
  }
  return []
}
