import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

export const ROOT = dirname(import.meta.dirname)

export interface ToolOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Runs a dependency's command under the pinned Node.js and waits. Its output is kept back and shown only
 * when it fails, so that the lines a person sees are about this project.
 */
export async function runTool(
  name: string,
  args: readonly string[],
  { cwd, env }: ToolOptions,
): Promise<void> {
  const command = join(
    ROOT,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? `${name}.cmd` : name,
  )
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return
  process.stderr.write(Buffer.concat(output))
  throw new Error(`${name} failed with code ${String(code)}`)
}
