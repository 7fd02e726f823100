import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createServer } from 'node:http'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { McpServer } from '@modelcontextprotocol/server'
import { randomToken, systemClock } from '@signet/core/node'
import type { SessionInfo, SignetClient } from '@signet/core'
import { createGateway } from '../../extension/src/gateway/server.ts'
import { systemAfter } from '../../extension/src/gateway/timer.ts'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { startCoreHost } from './core-host.ts'
import { startDeployment, type Deployment } from './deployment.ts'
import { closeServer, listen } from './listen.ts'

/** The gateway as the extension makes it, with a person who agrees. */
function gatewayFor(
  client: Pick<SignetClient, 'access' | 'sessions'>,
  signIn: Parameters<typeof createGateway>[0]['askForMore'],
) {
  return createGateway({
    client,
    clock: systemClock,
    after: systemAfter,
    randomToken,
    askForMore: signIn,
    describe: (error) => ({ code: 'test', message: String(error) }),
    failed: (_server, error) => console.error(error),
  })
}

describe('The official MCP client through the gateway', () => {
  let deployment: Deployment
  before(async () => {
    deployment = await startDeployment({
      siteDirectory: BUNDLED_SITE,
      host: '127.0.0.1',
      accessTokenSeconds: 300,
      registration: false,
    })
  })
  after(async () => await deployment.close())

  for (const [era, mode] of [
    ['2026-07-28, without sessions', 'auto'],
    ['2025-11-25', 'legacy'],
  ] as const) {
    it(`lists and calls tools in the era of ${era}, and steps up for one (A7.46)`, async () => {
      const host = startCoreHost()
      const session = await host.signIn(deployment.mcpServer.url)
      const gateway = gatewayFor(
        host.client,
        async (previous, challenge) => await host.signIn(previous.server, { previous, challenge }),
      )
      const { url, headers } = await gateway.open(session)
      const client = new Client(
        { name: 'signet-test', version: '1.0.0' },
        { versionNegotiation: { mode } },
      )
      try {
        await client.connect(
          new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
        )
        const version = client.getNegotiatedProtocolVersion()
        match(version ?? '', mode === 'auto' ? /^2026-07-28$/ : /^2025-/)
        const { tools } = await client.listTools()
        ok(tools.some(({ name }) => name === 'set_budget'))
        const { content } = await client.callTool({
          name: 'set_budget',
          arguments: { environment: 'staging', euros: 7 },
        })
        deepEqual(content, [{ type: 'text', text: 'budget of staging: 7.00 EUR' }])
      } finally {
        await client.close()
        await gateway.close()
      }
    })
  }

  it('keeps a session of the era of 2025-11-25: its id and its end', async () => {
    const server = createServer()
    const seen: string[] = []
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => 'session-1',
    })
    server.on('request', (request, response) => {
      seen.push(`${request.method ?? ''} ${String(request.headers['mcp-session-id'] ?? 'none')}`)
      void transport.handleRequest(request, response)
    })
    const mcp = new McpServer({ name: 'with-sessions', version: '1.0.0' })
    await mcp.connect(transport)
    const url = `http://127.0.0.1:${await listen(server, '127.0.0.1')}/mcp`
    const host = startCoreHost()
    const known = await host.signIn(deployment.mcpServer.url)
    const session: SessionInfo = { ...known, server: url, resource: url }
    const access: SignetClient['access'] = async (request) => ({
      ...(await host.client.access(request)),
      server: url,
      resource: url,
    })
    const gateway = gatewayFor(
      { access, sessions: host.client.sessions },
      async () => await Promise.resolve(undefined),
    )
    const address = await gateway.open(session)
    const connection = new StreamableHTTPClientTransport(new URL(address.url), {
      requestInit: { headers: address.headers },
    })
    const client = new Client({ name: 'signet-test', version: '1.0.0' })
    try {
      await client.connect(connection)
      equal(connection.sessionId, 'session-1')
      await client.ping()
      await connection.terminateSession()
      ok(seen.includes('POST none'))
      ok(seen.includes('POST session-1'))
      ok(seen.includes('DELETE session-1'))
    } finally {
      await client.close()
      await gateway.close()
      await closeServer(server)
    }
  })
})
