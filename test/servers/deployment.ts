import { publishedIdentity } from '@signet/site/client-metadata'
import {
  startAuthorizationServer,
  type AuthorizationServer,
  type AuthorizationServerOptions,
} from './authorization-server.ts'
import { createCertificateAuthority } from './certificate-authority.ts'
import { mappedFetch } from './mapped-fetch.ts'
import { READ_SCOPE, startMcpServer, WRITE_SCOPE, type CostServer } from './mcp-server.ts'
import { startMetadataSite, type MetadataSite } from './metadata-site.ts'

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
  const { origin } = publishedIdentity('production')
  const siteHost = new URL(origin).hostname
  const authority = await createCertificateAuthority()
  const certificate = await authority.issue([siteHost, 'localhost', '127.0.0.1'])
  const site = await startMetadataSite(options.siteDirectory, certificate)
  const mapped = mappedFetch(origin, site.port, authority.caPem)
  const authorizationServer = await startAuthorizationServer({
    host: options.host,
    fetch: mapped.fetch,
    documentOrigin: origin,
    accessTokenSeconds: options.accessTokenSeconds,
    scopes: [READ_SCOPE, WRITE_SCOPE],
    registration: options.registration,
    ...(options.unattended === undefined ? {} : { unattended: options.unattended }),
  })
  const { issuer, jwksUri } = authorizationServer
  const mcpServer = await startMcpServer({ host: options.host, issuer, jwksUri })
  return {
    site,
    authorizationServer,
    mcpServer,
    caPem: authority.caPem,
    siteSpki: certificate.spkiSha256,
    siteHost,
    close: async () => {
      await mcpServer.close()
      await authorizationServer.close()
      await mapped.close()
      await site.close()
    },
  }
}
