import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT, runTool } from '../../scripts/run-tool.ts'

const RUNNER = join(import.meta.dirname, 'runner')

export interface PackagedRunner {
  readonly vsix: string
  /** The unpacked extension, for desktop VS Code's development mode. */
  readonly directory: string
  readonly remove: () => Promise<void>
}

/**
 * A test-only extension whose `activate` is the given entry; installed beside the product's VSIX. `manifest`:
 * members that replace those of runner/package.json.
 */
export async function packageRunner(entry: string, manifest: object = {}): Promise<PackagedRunner> {
  const directory = await mkdtemp(join(tmpdir(), 'signet-runner-'))
  await cp(RUNNER, directory, { recursive: true })
  const manifestFile = join(directory, 'package.json')
  const common = JSON.parse(await readFile(manifestFile, 'utf8')) as object
  await writeFile(manifestFile, JSON.stringify({ ...common, ...manifest }))
  await build({
    entryPoints: [entry],
    outfile: join(directory, 'main.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
    // Where the bundle finds what cannot be bundled.
    define: { __REPOSITORY__: JSON.stringify(ROOT) },
  })
  const vsix = join(directory, 'runner.vsix')
  await runTool(
    'vsce',
    ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix],
    { cwd: directory, env: {} },
  )
  return {
    vsix,
    directory,
    remove: async () => await rm(directory, { recursive: true, force: true }),
  }
}
