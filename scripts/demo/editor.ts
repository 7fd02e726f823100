import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureWorkbench } from '../../test/e2e/workbench-install.ts'
import { startWorkbench } from '../../test/e2e/workbench.ts'

export interface EditorOptions {
  readonly vsix: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly progress: (line: string) => void
}

export interface Editor {
  /** For the person: where the editor is. */
  readonly where: string
  /** Resolves when the person closed it; never, when it lives in a browser tab. */
  readonly ended: Promise<void>
  readonly close: () => Promise<void>
}

/** Desktop VS Code when `code` is on the PATH, else VS Code's server build; a profile of its own either way. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const desktop = spawnSync('code', ['--version'], {
    shell: process.platform === 'win32',
  })
  if (desktop.status === 0) return await startDesktop(options)
  const { vsix, settings, progress } = options
  const entry = await ensureWorkbench(progress)
  const workbench = await startWorkbench({
    entry,
    vsixFiles: [vsix],
    settings,
    env: {},
  })
  return {
    where: `Open this in your browser:  ${workbench.url}`,
    ended: new Promise(() => undefined),
    close: workbench.close,
  }
}

async function startDesktop({ vsix, settings }: EditorOptions): Promise<Editor> {
  const home = await mkdtemp(join(tmpdir(), 'signet-desktop-'))
  const shell = process.platform === 'win32'
  const profile = [
    '--user-data-dir',
    join(home, 'profile'),
    '--extensions-dir',
    join(home, 'extensions'),
  ]
  await mkdir(join(home, 'profile', 'User'), { recursive: true })
  await mkdir(join(home, 'folder'))
  await writeFile(join(home, 'profile', 'User', 'settings.json'), JSON.stringify(settings))
  spawnSync('code', [...profile, '--install-extension', vsix], {
    stdio: 'inherit',
    shell,
  })
  const window = spawn('code', [...profile, '--wait', '--new-window', join(home, 'folder')], {
    stdio: 'ignore',
    shell,
  })
  const ended = once(window, 'exit').then(() => undefined)
  return {
    where: 'VS Code has opened in a window of its own.',
    ended,
    close: async () => {
      window.kill()
      await ended
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
