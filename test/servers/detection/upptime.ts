// Runs Upptime's own check on the hosts of the detection table, where somebody has it: its code is not ours to
// ship, and its HTTP client is built by hand. `SIGNET_UPPTIME` names a checkout with its dependencies installed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { z } from 'zod'
import type { Target } from '../../../site/src/check/targets.ts'
import { isPublicAddress } from '../../../site/src/client-metadata/public-host.ts'
import { HOST } from './identity.ts'
import type { World } from './world.ts'

/** Upptime with everything around its check taken away: no repository, no GitHub, no notifications. */
export interface Upptime {
  readonly version: string
  /** Whether it opens an issue for one of the targets. */
  readonly alarms: (targets: readonly Target[], world: World) => Promise<boolean>
  readonly close: () => Promise<void>
}

const packageSchema = z.object({ version: z.string() })

/** `checkout`: a folder with its `src` and `node_modules`. */
export async function startUpptime(checkout: string): Promise<Upptime> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-upptime-'))
  const bundle = join(folder, 'update.cjs')
  await build({
    stdin: { contents: ENTRY, resolveDir: join(checkout, 'src') },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
    plugins: [surroundings(checkout)],
  })
  const text = await readFile(join(checkout, 'package.json'), 'utf8')
  return {
    version: packageSchema.parse(JSON.parse(text)).version,
    alarms: async (targets, world) => {
      await writeFile(join(folder, 'ca.pem'), world.ca.join('\n'))
      const [address = ''] = await world.network.resolve(HOST)
      // From where it runs, a private address leads nowhere; here it would lead to our host.
      const port = isPublicAddress(address) ? world.firstPort : 1
      return await run(bundle, folder, {
        SITES: JSON.stringify(targets.map(({ path, url }) => ({ name: path, url }))),
        CONNECT_TO: `::127.0.0.1:${port}`,
        CA: join(folder, 'ca.pem'),
      })
    },
    close: async () => await rm(folder, { recursive: true, force: true }),
  }
}

async function run(
  bundle: string,
  cwd: string,
  variables: Readonly<Record<string, string>>,
): Promise<boolean> {
  // Without what the run before saw: each host is new.
  await rm(join(cwd, 'history'), { recursive: true, force: true })
  const child = spawn(process.execPath, [bundle], { cwd, env: { ...process.env, ...variables } })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0 || !output.includes(FINISHED)) throw new Error(`Upptime did not finish: ${output}`)
  return output.includes(ISSUE)
}

const ISSUE = '«an issue was opened»'
const FINISHED = '«finished»'

/** Waits between its tries are cut short; nothing in its verdict depends on them. */
const ENTRY = `
const wait = globalThis.setTimeout
globalThis.setTimeout = (done, ms, ...rest) => wait(done, Math.min(ms, 5), ...rest)
const { update } = require('./update')
update().then(() => console.log('${FINISHED}'))
`

/** What its check is given instead of a repository and of GitHub. */
const STUBS: Readonly<Record<string, string>> = {
  './helpers/config': `export const getConfig = async () => ({ sites: JSON.parse(process.env.SITES) })`,
  './helpers/git': `export const commit = () => {}; export const push = () => {}; export const lastCommit = () => '0'.repeat(40)`,
  './helpers/github': `
    const issues = new Proxy({}, { get: (_, name) => async () => {
      if (name === 'create') console.log('${ISSUE}')
      return { data: name === 'listForRepo' ? [] : { number: 1 } }
    } })
    export const getOctokit = async () => ({ issues })
    export const retryTransientGitHubRequest = async (ask) => await ask()`,
  './helpers/init-check': `export const shouldContinue = async () => true`,
  './helpers/notifme': `export const sendNotification = async () => {}`,
  './helpers/secrets': `export const getOwnerRepo = () => ['owner', 'repo']; export const getSecret = () => undefined`,
  './summary': `export const generateSummary = async () => {}`,
  globalping: `export class Globalping {}; export const HttpProtocol = {}, HttpRequestMethod = {}, IpVersion = {}`,
}

function surroundings(checkout: string): Plugin {
  const curl = JSON.stringify(join(checkout, 'node_modules', 'node-libcurl'))
  return {
    name: 'surroundings',
    setup: (bundler) => {
      bundler.onResolve({ filter: /.*/ }, ({ path, namespace }) => {
        if (namespace === 'stub') return { path, external: true }
        return path in STUBS || path === 'node-libcurl' ? { path, namespace: 'stub' } : undefined
      })
      bundler.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
        contents: STUBS[path] ?? libcurlAt(curl),
      }))
    },
  }
}

/**
 * Its real HTTP client, which finds our hosts, trusts their authority instead of the list it brings, and does not
 * wait a minute for one that hangs.
 */
const libcurlAt = (module: string) => `
  const real = require(${module})
  class Curl extends real.Curl {
    constructor() {
      super()
      super.setOpt('CONNECT_TO', [process.env.CONNECT_TO])
      super.setOpt('CAINFO_BLOB', require('node:fs').readFileSync(process.env.CA, 'latin1'))
    }
    setOpt(name, value) {
      return super.setOpt(name, /TIMEOUT$/.test(name) ? Math.min(value, 2) : value)
    }
  }
  module.exports = { ...real, Curl }`
