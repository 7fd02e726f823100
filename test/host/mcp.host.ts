import { equal, match, ok } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { commands, LanguageModelTextPart, lm } from 'vscode'
import { browserWill, seen, serverUrl, signIn, signOutEverywhere } from './harness.ts'

describe('The signed-in server in VS Code’s own MCP client', () => {
  after(async () => await signOutEverywhere())

  it('starts with the token of the sign-in, and a tool call goes through', async () => {
    await browserWill('allow')
    ok(await signIn())
    const tool = await startedTool('deployment_costs')
    // A tool that only reads is run without a question.
    const { content } = await lm.invokeTool(tool, {
      input: { environment: 'production' },
      toolInvocationToken: undefined,
    })
    const [part] = content
    ok(part instanceof LanguageModelTextPart)
    match(part.value, /production: 1840\.50 EUR/)
    const request = (await seen()).requests.at(-1)
    equal(request?.aud, serverUrl())
    equal(request.clientId, 'https://signet.example/oauth/client.json')
  })
})

/** The editor asks the provider first, then starts the server; the tool appears some time after that. */
async function startedTool(name: string): Promise<string> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    // The editor has no event for this that an extension can hear, so it is asked again.
    await setTimeout(500)
    await commands.executeCommand('workbench.mcp.startServer', '*', { waitForLiveTools: true })
    const tool = lm.tools.find((candidate) => candidate.name.endsWith(name))
    if (tool !== undefined) return tool.name
  }
  throw new Error(
    `the editor never listed ${name}, only ${lm.tools.map((tool) => tool.name).join(', ')}`,
  )
}
