import { equal, match, ok } from 'node:assert/strict'
import { browserWill, seen, serverUrl, signIn, signOutEverywhere } from './harness.ts'
import { callTool } from './mcp-tool.ts'

describe('The signed-in server in VS Code’s own MCP client', () => {
  after(async () => await signOutEverywhere())

  it('starts with the token of the sign-in, and a tool call goes through', async () => {
    await browserWill('allow')
    ok(await signIn())
    const text = await callTool('deployment_costs', { environment: 'production' })
    match(text, /production: 1840\.50 EUR/)
    const request = (await seen()).requests.at(-1)
    equal(request?.aud, serverUrl())
    equal(request.clientId, 'https://signet.example/oauth/client.json')
  })
})
