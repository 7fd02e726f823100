import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createAuthorizedFetch } from '@signet/core'
import { createTerminalClient } from '../terminal-client.ts'
import { EXIT, type CommandResult } from './run-command.ts'
import { mcpFetch } from '../mcp-fetch.ts'
import { findSession } from './sessions.ts'
import type { StoreOptions } from './token.ts'
import { trustCa } from './trust-ca.ts'

/** `signet call <serverUrl> <tool> [json]`: one tool call with the session's token, to prove that it works. */
export async function callCommand(
  serverUrl: string,
  tool: string,
  json: string | undefined,
  options: StoreOptions,
): Promise<CommandResult> {
  await trustCa(options.ca)
  const client = createTerminalClient({
    store: options.store,
    clientId: undefined,
    open: false,
    trace: () => undefined,
  })
  const session = await findSession(client, serverUrl)
  const fetch = mcpFetch((send) =>
    createAuthorizedFetch({
      send,
      access: client.access,
      signIn: undefined,
      session: async () => await Promise.resolve(session),
    }),
  )
  const mcp = new Client({ name: 'signet', version: '0.1.0' })
  await mcp.connect(new StreamableHTTPClientTransport(new URL(serverUrl), { fetch }))
  try {
    const result = await mcp.callTool({
      name: tool,
      arguments: toolArguments(json),
    })
    return {
      json: { result },
      text: JSON.stringify(result, undefined, 2),
      exitCode: result.isError === true ? EXIT.bad : EXIT.ok,
    }
  } finally {
    await mcp.close()
  }
}

function toolArguments(json: string | undefined): Record<string, unknown> {
  const value: unknown = JSON.parse(json ?? '{}')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('the tool’s arguments are a JSON object')
  }
  return value as Record<string, unknown>
}
