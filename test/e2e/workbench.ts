import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface WorkbenchOptions {
  /** Entry file of VS Code's server build. */
  readonly entry: string
  readonly vsixFiles: readonly string[]
  readonly settings: Readonly<Record<string, unknown>>
  /** Settings in the folder that is opened, which is then not trusted: Restricted Mode. */
  readonly folderSettings?: Readonly<Record<string, unknown>> | undefined
  /** URI of the only folder, instead of one on the disk. Undefined: one on the disk. */
  readonly virtualFolder?: string | undefined
  /** Reaches the extension host. */
  readonly env: Readonly<Record<string, string>>
}

export interface Workbench {
  readonly url: string
  /** The same editor with another folder open. */
  readonly otherFolderUrl: string
  readonly close: () => Promise<void>
}

const START_TIMEOUT_MS = 60_000

/** Quiet, and without traffic of its own; the AI features stay on because MCP belongs to them. */
const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'update.mode': 'none',
  'security.workspace.trust.startupPrompt': 'never',
}

async function writeSettings(folder: string, settings: object): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings))
}

/**
 * A real VS Code, served to a browser on 127.0.0.1, with the given VSIX files installed in a profile of
 * its own. Everything it writes lies in one temporary folder that `close` removes.
 */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const home = await mkdtemp(join(tmpdir(), 'signet-workbench-'))
  const profile = join(home, 'profile')
  await mkdir(join(home, 'folder'))
  await mkdir(join(home, 'other-folder'))
  await writeFile(join(home, 'config.yaml'), '')
  await writeSettings(join(profile, 'User'), { ...QUIET_SETTINGS, ...options.settings })
  if (options.folderSettings !== undefined) {
    await writeSettings(join(home, 'folder', '.vscode'), options.folderSettings)
    // Where the settings of a dev container end up.
    await writeSettings(join(profile, 'Machine'), options.folderSettings)
  }
  const launch = (args: readonly string[]) => startServer(home, options, args)
  let server: ChildProcess | undefined
  const close = async () => {
    if (server !== undefined) await stop(server)
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await finished(launch(options.vsixFiles.flatMap((file) => ['--install-extension', file])))
    const trusting = options.folderSettings === undefined ? ['--disable-workspace-trust'] : []
    server = launch([...SERVE, ...trusting])
    const origin = await readOrigin(server)
    const open = (what: string, path: string) => `${origin}/?${what}=${encodeURIComponent(path)}`
    return {
      url:
        options.virtualFolder === undefined
          ? open('folder', join(home, 'folder'))
          : open('workspace', await workspaceOf(home, options.virtualFolder)),
      otherFolderUrl: open('folder', join(home, 'other-folder')),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function workspaceOf(home: string, folder: string): Promise<string> {
  const file = join(home, 'virtual.code-workspace')
  await writeFile(file, JSON.stringify({ folders: [{ uri: folder, name: 'virtual' }] }))
  return file
}

const SERVE = [
  '--auth',
  'none',
  '--bind-addr',
  '127.0.0.1:0',
  '--disable-telemetry',
  '--disable-update-check',
  '--disable-getting-started-override',
  '--ignore-last-opened',
  // The authorization server of the tests and the published site: opening them asks nothing.
  '--link-protection-trusted-domains',
  'http://127.0.0.2:*',
]

function startServer(
  home: string,
  { entry, env }: WorkbenchOptions,
  args: readonly string[],
): ChildProcess {
  const { VSCODE_IPC_HOOK_CLI: _outer, ...inherited } = process.env
  return spawn(
    process.execPath,
    [
      entry,
      '--user-data-dir',
      join(home, 'profile'),
      '--extensions-dir',
      join(home, 'extensions'),
      '--config',
      join(home, 'config.yaml'),
      ...args,
    ],
    {
      cwd: home,
      // A group of its own: the extension host and its helpers end with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...inherited,
        XDG_CONFIG_HOME: join(home, 'config'),
        XDG_DATA_HOME: join(home, 'data'),
        XDG_CACHE_HOME: join(home, 'cache'),
        EXTENSIONS_GALLERY: '{}',
        ...env,
      },
    },
  )
}

async function finished(child: ChildProcess): Promise<void> {
  const output: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`VS Code refused the VSIX:\n${Buffer.concat(output).toString()}`)
}

async function readOrigin(server: ChildProcess): Promise<string> {
  const { stdout, stderr } = server
  if (stdout === null || stderr === null) throw new Error('the server has no output to read')
  stderr.resume()
  const lines = createInterface({ input: stdout })
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('VS Code’s server did not start in time')),
      START_TIMEOUT_MS,
    )
    const settle = () => clearTimeout(timer)
    server.once('exit', (code) => {
      settle()
      reject(new Error(`VS Code’s server ended with ${String(code)}`))
    })
    lines.on('line', (line) => {
      const origin = /HTTP server listening on (http:\/\/[\d.]+:\d+)/.exec(line)?.[1]
      if (origin === undefined) return
      settle()
      resolve(origin)
    })
  })
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  process.kill(-server.pid, 'SIGTERM')
  const timer = setTimeout(() => process.kill(-(server.pid ?? 0), 'SIGKILL'), 5000)
  await ended
  clearTimeout(timer)
}
