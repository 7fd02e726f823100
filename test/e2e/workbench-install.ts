import { homedir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled } from '../support/pinned-install.ts'

/**
 * The entry file of VS Code's server build at the pinned version, installed into a cache folder on first
 * use (about 20 s): no native module is compiled, because nothing that is tested needs one.
 */
export async function ensureWorkbench(progress: (line: string) => void): Promise<string> {
  const folder = await ensureInstalled(
    {
      pins: join(import.meta.dirname, 'code-server'),
      cache: process.env.SIGNET_WORKBENCH_CACHE ?? join(homedir(), '.cache', 'signet', 'workbench'),
      progress: 'Installing VS Code’s server build (once, about 20 s)…',
      // Its own dependencies; `npm ci` cannot be used, its shrinkwrap file lacks an entry.
      finish: async (npm) =>
        await npm(join('node_modules', 'code-server', 'lib', 'vscode'), [
          'install',
          '--omit=dev',
          '--omit=optional',
          '--ignore-scripts',
          '--no-save',
        ]),
    },
    progress,
  )
  return join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js')
}
