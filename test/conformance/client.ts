// The client the conformance suite drives: the core in a terminal, as `node client.ts <server URL>`. What to do
// beyond signing in and calling a tool comes with the scenario's name. A failure ends with exit code 1 and one
// line of JSON on stderr that holds its code, so that a refusal can be told from a crash.
import { Client, SdkError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createAuthorizedFetch, isSignInError, type SessionInfo } from '@signet/core'
import { mcpFetch } from '../../scripts/mcp-fetch.ts'
import { createHost, type Host } from './host.ts'
import { readContext } from './context.ts'

const { MCP_CONFORMANCE_SCENARIO: scenario = '', MCP_CONFORMANCE_PROTOCOL_VERSION: version } =
  process.env
const context = readContext(process.env.MCP_CONFORMANCE_CONTEXT)

async function main(serverUrl: string): Promise<void> {
  const host = createHost(serverUrl, scenario, context)
  const client = await connect(serverUrl, host)
  try {
    await exercise(client)
  } finally {
    await client.close()
  }
}

async function connect(serverUrl: string, host: Host): Promise<Client> {
  let session: SessionInfo | undefined
  const fetch = mcpFetch((send) =>
    createAuthorizedFetch({
      send,
      access: host.client.access,
      session: async () => await Promise.resolve(session),
      signIn: async (challenge, previous) => {
        session = await host.signIn({ challenge, previous })
        return session
      },
    }),
  )
  const stateless = version === '2026-07-28'
  const client = new Client(
    { name: 'signet', version: '1' },
    {
      capabilities: { elicitation: { form: { applyDefaults: true } } },
      versionNegotiation: { mode: stateless ? { pin: version } : 'legacy' },
    },
  )
  client.setRequestHandler('elicitation/create', () => ({
    action: 'accept',
    content: scenario.startsWith('sep-2322') ? { confirmed: true } : {},
  }))
  await client.connect(new StreamableHTTPClientTransport(new URL(serverUrl), { fetch }))
  return client
}

/** Lists the tools and calls those the scenario is about. */
async function exercise(client: Client): Promise<void> {
  const { tools } = await client.listTools()
  switch (scenario) {
    case 'json-schema-ref-no-deref':
      return
    case 'json-schema-2020-12-preservation': {
      const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema
      await client.callTool({ name: 'json_schema_echo', arguments: { schema } })
      return
    }
    case 'http-custom-headers':
      for (const call of context.toolCalls as Call[]) await client.callTool(call)
      return
    case 'sep-2322-client-request-state':
      for (const { name } of tools) await client.callTool({ name }).catch(withoutResultType(name))
      return
    default:
      for (const { name } of tools) await client.callTool({ name, arguments: { a: 2, b: 3 } })
  }
}

/** One tool of the suite answers without `resultType`; the SDK refuses that, and the suite takes either. */
function withoutResultType(tool: string) {
  return (error: unknown) => {
    if (tool !== 'test_mrtr_no_result_type' || !(error instanceof SdkError)) throw error
  }
}

interface Call {
  readonly name: string
  readonly arguments: Record<string, unknown>
}

try {
  await main(process.argv[2] ?? '')
} catch (error) {
  const code = codeOf(error)
  process.stderr.write(`${JSON.stringify({ code, error: String(error) })}\n`)
  process.exitCode = 1
}

/** The code of the failure, wherever the MCP client has put it in its own error's causes. */
function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (isSignInError(cause)) return cause.code
  return 'internal'
}
