// `npm run build [-- --site-only] [--publish] [--release]`: the site (Astro), the extension bundle (esbuild) and the VSIX
// (vsce). Prints the sizes people ask about and fails when one is over its limit, or when publishing this tree
// would break somebody. `--publish`: the result goes out, so its documents have to be recorded in the ledger.
// `--release`: the VSIX goes out, so what it relies on is entered in extension/releases.json.
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { minify } from 'terser'
import { buildTarget } from '../site/src/publish/environment.ts'
import { SOURCES } from '../site/src/publish/sources.ts'
import { tighten } from './bundle/tighten.ts'
import { CommandFailure } from './commands/command-failure.ts'
import { checkPublication } from './publish/gates.ts'
import { RELEASES_FILE } from './publish/files.ts'
import { filesWithPrivateKeys } from './publish/private-scan.ts'
import { recordRelease, releaseOf } from './publish/record-release.ts'
import { ROOT, runTool } from './run-tool.ts'

/** Bundle and VSIX as agreed for the product: what a person downloads and what the editor loads. */
const LIMITS = { bundleBytes: 150 * 1024, vsixBytes: 250 * 1024 } as const

const EXTENSION = join(ROOT, 'extension')
/** What is registered at activation, and what that leads to, which is loaded when it is first used. */
const BUNDLES = { extension: 'extension.ts', parts: 'parts.ts' } as const
export const VSIX = join(EXTENSION, 'dist', 'signet-mcp.vsix')

async function buildSite(): Promise<void> {
  await runTool('astro', ['build', '--silent'], {
    cwd: join(ROOT, 'site'),
    env: { ASTRO_TELEMETRY_DISABLED: '1' },
  })
  const { size } = await stat(join(ROOT, 'site', 'dist', 'oauth', 'client.json'))
  report('document', size, undefined)
}

/** CommonJS files: the editor's loader takes nothing else on every host, and needs nothing more. */
async function bundleExtension(): Promise<void> {
  const directory = join(EXTENSION, 'dist')
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  let bytes = 0
  for (const [name, entry] of Object.entries(BUNDLES)) {
    const file = join(directory, `${name}.cjs`)
    await writeFile(file, await bundle(join(EXTENSION, 'src', entry), name === 'parts'))
    bytes += (await stat(file)).size
  }
  report('bundle', bytes, LIMITS.bundleBytes)
}

/** One entry with what it imports; what it loads later stays a file of its own. `large`: every byte counts. */
async function bundle(entry: string, large: boolean): Promise<string> {
  const {
    outputFiles: [bundled],
  } = await build({
    entryPoints: [entry],
    write: false,
    bundle: true,
    platform: 'node',
    format: large ? 'esm' : 'cjs',
    target: 'node22',
    external: ['vscode'],
    plugins: [LOADED_LATER],
    // A require: the editor's own loader has to see it.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  })
  const text = bundled?.text ?? ''
  // The bundler drops what nothing imports; this one also drops what nothing calls, or reads to no end.
  const compress = {
    ecma: 2020,
    passes: 4,
    toplevel: true,
    keep_fargs: false,
    pure_getters: true,
  } as const
  const { code = '' } = await minify(large ? tighten(text) : text, {
    compress,
    mangle: { toplevel: true },
  })
  return code
}

const LOADED_LATER: Plugin = {
  name: 'loaded-later',
  setup: (build) => {
    build.onResolve({ filter: /^\.\/\w+\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace(/ts$/, 'cjs'), external: true } : undefined,
    )
  },
}

async function packageExtension(): Promise<void> {
  await rm(VSIX, { force: true })
  await runTool(
    'vsce',
    ['package', '--no-dependencies', '--allow-missing-repository', '--out', VSIX],
    {
      cwd: EXTENSION,
      env: {},
    },
  )
  report('vsix', (await stat(VSIX)).size, LIMITS.vsixBytes)
}

/** Nothing that goes out holds a private key, whatever file it hides in. */
async function refusePrivateKeys(path: string): Promise<void> {
  const files = await filesWithPrivateKeys(path)
  if (files.length > 0) throw new Error(`a private key would go out in ${files.join(', ')}`)
}

function report(name: string, bytes: number, limit: number | undefined): void {
  const of = limit === undefined ? '' : ` (limit ${String(limit / 1024)} KB)`
  console.log(`${name}: ${(bytes / 1024).toFixed(1)} KB${of}`)
  if (limit !== undefined && bytes > limit) throw new Error(`${name} is over its limit`)
}

async function main(flags: readonly string[]): Promise<void> {
  await checkPublication(buildTarget(process.env), {
    publishing: flags.includes('--publish'),
    now: new Date(),
    warn: console.warn,
  })
  await buildSite()
  await refusePrivateKeys(join(ROOT, 'site', 'dist'))
  if (flags.includes('--site-only')) return
  await bundleExtension()
  await packageExtension()
  await refusePrivateKeys(VSIX)
  const { version } = JSON.parse(await readFile(join(EXTENSION, 'package.json'), 'utf8')) as {
    version: string
  }
  if (flags.includes('--release')) {
    const release = releaseOf(version, new Date())
    await recordRelease(RELEASES_FILE, release, SOURCES.ledger, console.warn)
  }
  console.log(`packaged version ${version}: extension/dist/signet-mcp.vsix`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  // Its findings are printed already; where in this program it stopped helps nobody.
  if (!(error instanceof CommandFailure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
