import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

const PINS = join(import.meta.dirname, 'code-server')
const PIN_FILES = ['package.json', 'package-lock.json'] as const

/**
 * The entry file of VS Code's server build at the pinned version, installed into a cache folder on first
 * use (about 20 s): no native module is compiled, because nothing that is tested needs one.
 */
export async function ensureWorkbench(progress: (line: string) => void): Promise<string> {
  const cache =
    process.env.SIGNET_WORKBENCH_CACHE ?? join(homedir(), '.cache', 'signet', 'workbench')
  const target = join(cache, await pinHash())
  const entry = join(target, 'node_modules', 'code-server', 'out', 'node', 'entry.js')
  if (await exists(join(target, '.ok'))) return entry

  progress('Installing VS Code’s server build (once, about 20 s)…')
  await mkdir(cache, { recursive: true })
  const staging = await mkdtemp(join(cache, 'install-'))
  try {
    for (const file of PIN_FILES) await cp(join(PINS, file), join(staging, file))
    await npm(staging, ['ci', '--ignore-scripts', ...QUIET])
    // Its own dependencies; `npm ci` cannot be used, its shrinkwrap file lacks an entry.
    await npm(join(staging, 'node_modules', 'code-server', 'lib', 'vscode'), [
      'install',
      '--omit=dev',
      '--omit=optional',
      '--ignore-scripts',
      '--no-save',
      ...QUIET,
    ])
    await writeFile(join(staging, '.ok'), '')
    // Another process may have been faster; its copy is as good.
    await rename(staging, target).catch(async (error: unknown) => {
      if (!(await exists(join(target, '.ok')))) throw error
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return entry
}

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error']

async function pinHash(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of PIN_FILES) hash.update(await readFile(join(PINS, file)))
  return hash.digest('hex').slice(0, 16)
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const child = spawn('npm', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0)
    throw new Error(`npm ${args[0] ?? ''} failed:\n${Buffer.concat(errors).toString()}`)
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
