import { commands, extensions, workspace } from 'vscode'
import { outside } from '../../../test/host/outside.ts'

const OURS = 'signet.signet-mcp'
const THEIRS = 'vscode.github-authentication'

/** Runs inside VS Code: has both extensions activated, and reads what "Developer: Startup Performance" says. */
export function activate(): void {
  void measure().catch(async (error: unknown) => await outside('failed', String(error)))
}

async function measure(): Promise<void> {
  for (const id of [OURS, THEIRS]) {
    const extension = extensions.getExtension(id)
    if (extension === undefined) throw new Error(`${id} is not installed`)
    await extension.activate()
  }
  const text = await startupPerformance()
  await outside('activated', {
    ours: activationTime(text, OURS),
    theirs: activationTime(text, THEIRS),
  })
}

async function startupPerformance(): Promise<string> {
  const complete = Promise.withResolvers<string>()
  const look = () => {
    for (const document of workspace.textDocuments) {
      const text = document.getText()
      if (document.uri.scheme === 'perf' && text.includes(OURS)) complete.resolve(text)
    }
  }
  const subscriptions = [
    workspace.onDidOpenTextDocument(look),
    workspace.onDidChangeTextDocument(look),
  ]
  await commands.executeCommand('perfview.show')
  look()
  const text = await complete.promise
  for (const subscription of subscriptions) subscription.dispose()
  return text
}

/** Milliseconds of an extension's row: loading its code, calling activate, waiting for it. */
function activationTime(text: string, id: string): number {
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  const row = rows.find(([, extension]) => extension === id)
  if (row === undefined) throw new Error(`${id} has no row`)
  const [, , , load, call, finish] = row
  return Number(load) + Number(call) + Number(finish)
}
