import {
  spawn,
  type ChildProcessWithoutNullStreams,
  type SpawnOptionsWithoutStdio,
} from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from '../../scripts/run-tool.ts'

/** What a process has said by its end. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Starts one of our scripts, named in `scripts/`. */
export function startScript(
  script: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [join(ROOT, 'scripts', script), ...args], options)
}

/** Starts one command of the command line, as `npm run signet` does. */
export function startSignet(
  args: readonly string[],
  options?: SpawnOptionsWithoutStdio,
): ChildProcessWithoutNullStreams {
  return startScript('signet.ts', args, options)
}

/** Waits for a process that has just been started, with all that it writes. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, stdout, stderr }
}

/** Resolves with the address that a sign-in begun with `--no-open` asks a person to open. */
export async function addressToOpen(child: ChildProcessWithoutNullStreams): Promise<string> {
  return await new Promise((resolve) => {
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
      const url = /^open: (.*)$/m.exec(stderr)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}
