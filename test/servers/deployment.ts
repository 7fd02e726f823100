import {
  startAuthorizationServer,
  type AuthorizationServer,
  type AuthorizationServerOptions,
} from './authorization-server.ts'
import { READ_SCOPE, startMcpServer, WRITE_SCOPE, type CostServer } from './mcp-server.ts'
import type { MetadataSite } from './metadata-site.ts'
import { publishSite } from './published-site.ts'

export interface DeploymentOptions {
  /** The built site, for instance site/dist. */
  readonly siteDirectory: string
  /** Loopback address of the authorization and MCP servers. */
  readonly host: string
  readonly accessTokenSeconds: number
  readonly registration: boolean
  /** See AuthorizationServerOptions. */
  readonly unattended?: AuthorizationServerOptions['unattended']
}

export interface Deployment {
  readonly site: MetadataSite
  readonly authorizationServer: AuthorizationServer
  readonly mcpServer: CostServer
  readonly caPem: string
  /** Of the site's certificate, for a browser that has to trust it. */
  readonly siteSpki: string
  readonly siteHost: string
  readonly close: () => Promise<void>
}

/** The whole world of one sign-in on loopback: published site, authorization server, MCP server. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const published = await publishSite(options.siteDirectory)
  const authorizationServer = await startAuthorizationServer({
    host: options.host,
    fetch: published.fetch,
    documentOrigin: published.origin,
    accessTokenSeconds: options.accessTokenSeconds,
    scopes: [READ_SCOPE, WRITE_SCOPE],
    registration: options.registration,
    ...(options.unattended === undefined ? {} : { unattended: options.unattended }),
  })
  const { issuer, jwksUri } = authorizationServer
  const mcpServer = await startMcpServer({ host: options.host, issuer, jwksUri })
  return {
    site: published.site,
    authorizationServer,
    mcpServer,
    caPem: published.caPem,
    siteSpki: published.certificate.spkiSha256,
    siteHost: published.host,
    close: async () => {
      await mcpServer.close()
      await authorizationServer.close()
      await published.close()
    },
  }
}
