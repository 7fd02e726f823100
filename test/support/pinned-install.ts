import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const PIN_FILES = ['package.json', 'package-lock.json'] as const
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error']

/** A package too heavy to be a dependency of the project: pinned apart from it, installed on first use. */
export interface PinnedPackage {
  /** The folder of its package.json and package-lock.json. */
  readonly pins: string
  /** Where installations are kept, one for each state of the pins. */
  readonly cache: string
  /** Said while it is installed. */
  readonly progress: string
  /** What is left to do in the installed folder. `npm` runs there or below, quietly. */
  readonly finish?: (
    npm: (folder: string, args: readonly string[]) => Promise<void>,
  ) => Promise<void>
}

/** The folder that holds its `node_modules`. No install script runs. Throws with npm's own words. */
export async function ensureInstalled(
  { pins, cache, progress, finish }: PinnedPackage,
  say: (line: string) => void,
): Promise<string> {
  const target = join(cache, await pinHash(pins))
  if (await exists(join(target, '.ok'))) return target
  say(progress)
  await mkdir(cache, { recursive: true })
  const staging = await mkdtemp(join(cache, 'install-'))
  try {
    for (const file of PIN_FILES) await cp(join(pins, file), join(staging, file))
    await npm(staging, ['ci', '--ignore-scripts'])
    await finish?.(async (folder, args) => await npm(join(staging, folder), args))
    await writeFile(join(staging, '.ok'), '')
    // Another process may have been faster; its copy is as good.
    await rename(staging, target).catch(async (error: unknown) => {
      if (!(await exists(join(target, '.ok')))) throw error
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return target
}

async function pinHash(pins: string): Promise<string> {
  const hash = createHash('sha256')
  for (const file of PIN_FILES) hash.update(await readFile(join(pins, file)))
  return hash.digest('hex').slice(0, 16)
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const child = spawn('npm', [...args, ...QUIET], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
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
