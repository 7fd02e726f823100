import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program that tests start, and the Debian package that brings it. */
export interface WantedCommand {
  readonly names: readonly string[]
  readonly debianPackage: string
  /** Environment variable that names the program's path. */
  readonly variable: string
  /** Where it may be although no folder of PATH has it. */
  readonly elsewhere: readonly string[]
}

/**
 * The path of a program; installed from Debian where it is missing and this user may install it. Returns
 * a reason in words when it cannot be had, for the line that says why a test did not run.
 */
export function findOrInstall(
  wanted: WantedCommand,
  progress: (line: string) => void,
): { readonly path: string } | { readonly missing: string } {
  const found = find(wanted)
  if (found !== undefined) return { path: found }
  const { debianPackage, variable } = wanted
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0)
    return { missing: `${debianPackage} is not installed; install it, or name it in ${variable}` }
  const version = readFileSync('/etc/debian_version', 'utf8').trim()
  progress(`Installing ${debianPackage} from Debian ${version}…`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // A server's package would start its service; the tests start their own, on ports of their own.
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', debianPackage]]) {
    const { status, stderr } = spawnSync('apt-get', ['-qq', ...args], {
      env: { ...env, RUNLEVEL: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (status !== 0)
      return { missing: `apt-get ${args[0] ?? ''} failed: ${String(stderr).slice(0, 400)}` }
  }
  const path = find(wanted)
  return path === undefined
    ? { missing: `${debianPackage} was installed, but is not on the PATH` }
    : { path }
}

function find({ names, variable, elsewhere }: WantedCommand): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const named = process.env[variable]
  const candidates = [
    ...(named === undefined ? [] : [named]),
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...elsewhere,
  ]
  return candidates.find((path) => existsSync(path))
}
