import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'

export const ROOT = dirname(import.meta.dirname)

const PIPED: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']

export interface ToolOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Runs a dependency's command under the pinned Node.js and returns what it wrote. That is shown only when it
 * fails, so that the lines a person sees are about this project.
 */
export async function runTool(
  name: string,
  args: readonly string[],
  { cwd, env }: ToolOptions,
): Promise<string> {
  const windows = process.platform === 'win32'
  const command = join(ROOT, 'node_modules', '.bin', windows ? `${name}.cmd` : name)
  return await finish(
    name,
    spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: PIPED,
      shell: windows,
    }),
  )
}

/** Runs one of our own scripts under this Node.js, in the same quiet way. */
export async function runScript(path: string, args: readonly string[]): Promise<void> {
  await finish(path, spawn(process.execPath, [path, ...args], { cwd: ROOT, stdio: PIPED }))
}

async function finish(
  name: string,
  child: ChildProcessByStdio<null, Readable, Readable>,
): Promise<string> {
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const text = Buffer.concat(output).toString()
  if (code === 0) return text
  process.stderr.write(text)
  throw new Error(`${name} failed with code ${String(code)}`)
}
