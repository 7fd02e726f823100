import { extensions } from 'vscode'
import { outside } from '../../../test/host/outside.ts'

const OURS = 'signet.signet-mcp'
const THEIRS = 'vscode.github-authentication'

/** Runs inside VS Code: loads and activates both extensions, in the order asked for, and says how long each took. */
export function activate(): void {
  void measure().catch(async (error: unknown) => await outside('failed', String(error)))
}

async function measure(): Promise<void> {
  const oursFirst = (await outside('ours-first')) as boolean
  const times = new Map<string, number>()
  for (const id of oursFirst ? [OURS, THEIRS] : [THEIRS, OURS]) {
    const extension = extensions.getExtension(id)
    if (extension === undefined) throw new Error(`${id} is not installed`)
    if (extension.isActive) throw new Error(`${id} is active already`)
    const started = performance.now()
    await extension.activate()
    times.set(id, performance.now() - started)
  }
  await outside('activated', { ours: times.get(OURS), theirs: times.get(THEIRS) })
}
