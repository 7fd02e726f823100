import { createServer } from 'node:http'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { toNodeHandler } from '@modelcontextprotocol/node'
import {
  createMcpHandler,
  getOAuthProtectedResourceMetadataUrl,
  McpServer,
  oauthMetadataResponse,
  OAuthError,
  OAuthErrorCode,
  requireBearerAuth,
  requireScopes,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { closeServer, listen } from './listen.ts'

export interface McpServerOptions {
  readonly host: string
  readonly issuer: string
  readonly jwksUri: string
}

/** One authorized request: the verified claims, never the token. */
export interface AuthorizedRequest {
  readonly aud: string
  readonly clientId: string
  readonly scope: string
  readonly sub: string
  readonly method: string
  /** Sent by `fetch`, as VS Code's own requests are. The gateway's are not. */
  readonly byFetch: boolean
}

export interface CostServer {
  readonly url: string
  readonly requests: AuthorizedRequest[]
  /** Ends the calls of `watch_costs`, which otherwise stay open. */
  readonly endWatches: () => void
  readonly close: () => Promise<void>
}

export const READ_SCOPE = 'costs:read'
export const WRITE_SCOPE = 'budget:write'

const COSTS: readonly (readonly [string, number])[] = [
  ['production', 1840.5],
  ['staging', 212.25],
  ['preview', 47.1],
]

/**
 * An MCP server (official SDK) for a cloud-cost service that does not exist: reading under one scope,
 * writing under another, with protected resource metadata and both protocol eras.
 */
export async function startMcpServer(options: McpServerOptions): Promise<CostServer> {
  const server = createServer()
  const port = await listen(server, options.host)
  const resource = new URL(`http://${options.host}:${port}/mcp`)
  const requests: AuthorizedRequest[] = []
  const gate = requireBearerAuth({
    verifier: { verifyAccessToken: tokenVerifier(options, resource) },
    requiredScopes: [READ_SCOPE],
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resource),
    expectedResource: resource,
  })
  const watches = new Set<() => void>()
  const mcp = createMcpHandler(() => costServer(watches))
  const metadata = await resourceMetadata(options, resource)
  const handle = toNodeHandler({
    fetch: async (request, extra) => {
      const known = oauthMetadataResponse(request, metadata)
      if (known !== undefined) return known
      if (new URL(request.url).pathname !== resource.pathname)
        return new Response(null, { status: 404 })
      const auth = await gate(request)
      if (auth instanceof Response) return auth
      requests.push({
        aud: auth.resource?.href ?? '',
        clientId: auth.clientId,
        scope: auth.scopes.join(' '),
        sub: typeof auth.extra?.sub === 'string' ? auth.extra.sub : '',
        method: await rpcMethod(request.clone()),
        byFetch: request.headers.has('sec-fetch-mode'),
      })
      return await mcp.fetch(request, { ...extra, authInfo: auth })
    },
  })
  // A server's own requests always have a method; the SDK's type asks for that in words.
  server.on(
    'request',
    (request, response) => void handle(request as Parameters<typeof handle>[0], response),
  )
  return {
    url: resource.href,
    requests,
    endWatches: () => {
      for (const end of watches) end()
    },
    close: async () => await closeServer(server),
  }
}

async function resourceMetadata(options: McpServerOptions, resource: URL) {
  const response = await fetch(`${options.issuer}/.well-known/oauth-authorization-server`)
  const oauthMetadata = (await response.json()) as Parameters<
    typeof oauthMetadataResponse
  >[1]['oauthMetadata']
  return {
    oauthMetadata,
    resourceServerUrl: resource,
    scopesSupported: [READ_SCOPE, WRITE_SCOPE],
    resourceName: 'Cloud costs',
    // Loopback is more than 127.0.0.1 (RFC 1122 section 3.2.1.3); the SDK knows only that one.
    dangerouslyAllowInsecureIssuerUrl: true,
  }
}

function tokenVerifier({ issuer, jwksUri }: McpServerOptions, resource: URL) {
  const jwks = createRemoteJWKSet(new URL(jwksUri), { cooldownDuration: 1000 })
  return async (token: string) => {
    try {
      const { payload } = await jwtVerify(token, jwks, {
        issuer,
        audience: resource.href,
        typ: 'at+jwt',
        algorithms: ['ES256'],
        requiredClaims: ['exp', 'client_id', 'scope'],
      })
      return {
        token,
        clientId: String(payload.client_id),
        scopes: String(payload.scope).split(' '),
        expiresAt: payload.exp ?? 0,
        resource: new URL(String(payload.aud)),
        extra: { sub: payload.sub },
      }
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
      throw new OAuthError(OAuthErrorCode.InvalidToken, error.code)
    }
  }
}

async function rpcMethod(request: Request): Promise<string> {
  if (request.method !== 'POST') return request.method
  const body: unknown = await request.json().catch(() => undefined)
  return typeof body === 'object' && body !== null && 'method' in body ? String(body.method) : ''
}

function costServer(watches: Set<() => void>): McpServer {
  const server = new McpServer({ name: 'cloud-costs', version: '1.0.0' })
  server.registerTool(
    'deployment_costs',
    {
      title: 'Deployment costs',
      description: 'What each deployment cost this month, in euros.',
      inputSchema: z.object({ environment: z.string().optional() }),
      annotations: { readOnlyHint: true },
      scopeChallenge: requireScopes(READ_SCOPE),
    },
    ({ environment }) => {
      const rows = COSTS.filter(([name]) => environment === undefined || name === environment)
      const total = rows.reduce((sum, [, euros]) => sum + euros, 0)
      const lines = rows.map(([name, euros]) => `${name}: ${euros.toFixed(2)} EUR`)
      return {
        content: [{ type: 'text', text: [...lines, `total: ${total.toFixed(2)} EUR`].join('\n') }],
      }
    },
  )
  server.registerTool(
    'set_budget',
    {
      title: 'Set budget',
      description: 'Sets the monthly budget of an environment, in euros.',
      inputSchema: z.object({ environment: z.string(), euros: z.number().positive() }),
      scopeChallenge: requireScopes(WRITE_SCOPE),
    },
    ({ environment, euros }) => ({
      content: [{ type: 'text', text: `budget of ${environment}: ${euros.toFixed(2)} EUR` }],
    }),
  )
  server.registerTool(
    'watch_costs',
    {
      title: 'Watch costs',
      description: 'Reports until somebody ends it.',
      inputSchema: z.object({}),
      annotations: { readOnlyHint: true },
      scopeChallenge: requireScopes(READ_SCOPE),
    },
    async (_input, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken ?? 0
      await mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress: 1 },
      })
      await new Promise<void>((resolve) => watches.add(resolve))
      return { content: [{ type: 'text', text: 'watched' }] }
    },
  )
  return server
}
