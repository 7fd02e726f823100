import { setTimeout } from 'node:timers/promises'
import { commands, LanguageModelTextPart, lm } from 'vscode'

const ATTEMPTS = 60

/**
 * Starts the editor's MCP servers and returns the full name of a tool once the editor lists it. The editor
 * asks its providers first and has no event for the end of that, so it is asked again.
 */
async function startedTool(name: string): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await commands.executeCommand('workbench.mcp.startServer', '*', { waitForLiveTools: true })
    const tool = lm.tools.find((candidate) => candidate.name.endsWith(name))
    if (tool !== undefined) return tool.name
    await setTimeout(500)
  }
  throw new Error(
    `the editor never listed ${name}, only ${lm.tools.map((tool) => tool.name).join(', ')}`,
  )
}

/** What a call meets while the editor still takes down the server of an earlier sign-in. */
const GOING_DOWN = /MCP server has stopped|was not contributed|^Canceled/

/**
 * Calls a tool through the editor's MCP client, as its agent does, and returns the text. The editor takes a
 * server down in its own time when a definition goes; a call that meets that is made again.
 */
export async function callTool(name: string, input: object): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await callOnce(name, input)
    } catch (error) {
      if (attempt === ATTEMPTS || !GOING_DOWN.test(String(error))) throw error
      await setTimeout(500)
    }
  }
}

async function callOnce(name: string, input: object): Promise<string> {
  const result = await lm.invokeTool(await startedTool(name), {
    input,
    toolInvocationToken: undefined,
  })
  const [part] = result.content
  if (!(part instanceof LanguageModelTextPart)) throw new Error(`${name} did not answer with text`)
  return part.value
}
