import { exportJWK, generateKeyPair } from 'jose'
import { type IdentitySources, type PublishedClient } from '@signet/core'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { startAuthorizationServer } from './authorization-server.ts'
import { startBetterAuthServer } from './better-auth-server.ts'
import { READ_SCOPE, startMcpServer, WRITE_SCOPE, type CostServer } from './mcp-server.ts'
import type { MetadataSite } from './metadata-site.ts'
import { publishSite } from './published-site.ts'

const HOST = '127.0.0.1'
export const TOKEN_SECONDS = 300

/** One authorization server, and two MCP servers that trust it. */
export interface World {
  readonly site: MetadataSite
  readonly origin: string
  readonly mcpServer: CostServer
  readonly otherServer: CostServer
  readonly close: () => Promise<void>
}

/** The authorization servers each flow runs at. */
export const servers: Readonly<Record<string, () => Promise<World>>> = {
  'oidc-provider': async () =>
    await startWorld(async (fetch, documentOrigin) => ({
      ...(await startAuthorizationServer({
        host: HOST,
        fetch,
        documentOrigin,
        accessTokenSeconds: TOKEN_SECONDS,
        scopes: [READ_SCOPE, WRITE_SCOPE],
        registration: false,
      })),
      addResource: () => undefined,
    })),
  'Better Auth': async () =>
    await startWorld(
      async (fetch) =>
        await startBetterAuthServer({
          host: HOST,
          fetch,
          accessTokenSeconds: TOKEN_SECONDS,
          scopes: [READ_SCOPE, WRITE_SCOPE],
        }),
    ),
}

/** The ways a client proves who it is. */
export const clients: Readonly<
  Record<string, (world: World) => Promise<Partial<IdentitySources>>>
> = {
  'the published document': async () => await Promise.resolve({}),
  private_key_jwt: async (world) => ({ published: await publishConfidentialClient(world) }),
}

async function startWorld(
  startServer: (
    documents: typeof fetch,
    origin: string,
  ) => Promise<{
    readonly issuer: string
    readonly jwksUri: string
    readonly addResource: (identifier: string) => void
    readonly close: () => Promise<void>
  }>,
): Promise<World> {
  const published = await publishSite(BUNDLED_SITE)
  const { issuer, jwksUri, addResource, close } = await startServer(
    published.fetch,
    published.origin,
  )
  const mcpServer = await startMcpServer({ host: HOST, issuer, jwksUri })
  const otherServer = await startMcpServer({ host: HOST, issuer, jwksUri })
  for (const { url } of [mcpServer, otherServer]) addResource(url)
  return {
    site: published.site,
    origin: published.origin,
    mcpServer,
    otherServer,
    close: async () => {
      await mcpServer.close()
      await otherServer.close()
      await close()
      await published.close()
    },
  }
}

/** A document with a key behind it, in the place of the agent's, and the client that holds the key. */
async function publishConfidentialClient({ site, origin }: World): Promise<PublishedClient> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = 'key-1'
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }
  const clientId = `${origin}/oauth/agent.json`
  const redirectUris = ['http://127.0.0.1/callback']
  const grantTypes = ['authorization_code', 'refresh_token']
  const json = (path: string, body: object) =>
    site.override(path, {
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=600' },
      body: JSON.stringify(body),
    })
  json('/oauth/jwks.json', { keys: [jwk] })
  json('/oauth/agent.json', {
    client_id: clientId,
    client_name: 'Signet agent',
    client_uri: `${origin}/`,
    application_type: 'native',
    redirect_uris: redirectUris,
    grant_types: grantTypes,
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks_uri: `${origin}/oauth/jwks.json`,
  })
  const typ = 'client-authentication+jwt' as const
  const authentication = { method: 'private_key_jwt', key: privateKey, kid, typ } as const
  return { clientId, redirectUris, grantTypes, reservedOrigin: false, authentication }
}
