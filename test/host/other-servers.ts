import { createServer } from 'node:https'
import { createCertificateAuthority } from '../servers/certificate-authority.ts'
import type { Deployment } from '../servers/deployment.ts'
import { closeServer, listen } from '../servers/listen.ts'
import { loopbackHost } from '../servers/loopback-host.ts'
import { startMcpServer } from '../servers/mcp-server.ts'

/** A second MCP server behind the same authorization server. */
export async function startAnotherServer(
  { authorizationServer: { issuer, jwksUri } }: Deployment,
  parts: AsyncDisposableStack,
): Promise<string> {
  const { url, close } = await startMcpServer({ host: loopbackHost(), issuer, jwksUri })
  parts.defer(close)
  return url
}

/** A server whose certificate is of an authority that nobody here trusts, as companies have them. */
export async function startUntrustedServer(parts: AsyncDisposableStack): Promise<string> {
  const host = loopbackHost()
  const { certPem: cert, keyPem: key } = await (await createCertificateAuthority()).issue([host])
  const server = createServer({ cert, key }, (_request, response) => response.writeHead(401).end())
  const port = await listen(server, host)
  parts.defer(async () => await closeServer(server))
  return `https://${host}:${port}/mcp`
}
