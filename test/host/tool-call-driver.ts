import { callTool } from './mcp-tool.ts'
import { outside } from './outside.ts'

/** The runner's entry for the main job: waits for the sign-in, then calls the tool that only reads. */
export function activate(): void {
  setTimeout(() => {
    void (async () => {
      await outside('signed-in')
      await outside('tool-result', { text: await callTool('deployment_costs', {}) })
    })().catch(async (error: unknown) => await outside('tool-failed', String(error)))
  }, 0)
}
