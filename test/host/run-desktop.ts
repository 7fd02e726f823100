// The same suites in desktop VS Code, where one can be downloaded: `npm run test:desktop`. The person's real
// browser opens; the authorization server answers by itself, because nobody can click there.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { download, runTests, runVSCodeCommand } from '@vscode/test-electron'
import { runScript } from '../../scripts/run-tool.ts'
import { BUNDLED_SITE, PRODUCT_VSIX } from '../e2e/artefacts.ts'
import { startDeployment } from '../servers/deployment.ts'
import { startBridge } from './bridge.ts'
import type { BrowserAnswer } from './harness.ts'
import { packageRunner } from './package-runner.ts'

const executable = await download({ version: 'stable' }).catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error)
  console.error(
    `Desktop VS Code cannot be downloaded here (${reason}).\n` +
      'Run this where update.code.visualstudio.com can be reached; npm run test:host needs no download.',
  )
  process.exit(3)
})

await runScript('scripts/build.ts', [])
await using parts = new AsyncDisposableStack()
const runner = await packageRunner(`${import.meta.dirname}/main.ts`)
parts.defer(runner.remove)
const home = await mkdtemp(join(tmpdir(), 'signet-desktop-'))
parts.defer(async () => await rm(home, { recursive: true, force: true, maxRetries: 5 }))

const person: { answer: BrowserAnswer; account: string } = { answer: 'allow', account: '' }
const deployment = await startDeployment({
  siteDirectory: BUNDLED_SITE,
  host: '127.0.0.1',
  accessTokenSeconds: 300,
  registration: false,
  unattended: () =>
    person.answer === 'allow' || person.answer === 'deny'
      ? { answer: person.answer, account: person.account }
      : undefined,
})
parts.defer(deployment.close)

const counts = { passed: 0, failed: 0, skipped: 0 }
const bridge = await startBridge({
  test: async (argument) => {
    const { state, title, error } = argument as {
      state: keyof typeof counts
      title: string
      error?: string
    }
    counts[state] += 1
    console.log(`  ${{ passed: '✔', failed: '✖', skipped: '-' }[state]} ${title}`)
    if (error !== undefined) console.log(error)
  },
  done: async () => undefined,
  crashed: async (argument) => console.error(argument),
  browser: async (argument) => void Object.assign(person, argument),
  seen: async () => ({
    pagesOpened: deployment.authorizationServer.record.authorizations.length,
    ...deployment.authorizationServer.record,
    requests: deployment.mcpServer.requests,
  }),
})
parts.defer(bridge.close)

const profile = [
  `--user-data-dir=${join(home, 'profile')}`,
  `--extensions-dir=${join(home, 'extensions')}`,
]
await runVSCodeCommand(['--install-extension', PRODUCT_VSIX, ...profile], { version: 'stable' })
process.exitCode = await runTests({
  vscodeExecutablePath: executable,
  extensionDevelopmentPath: runner.directory,
  extensionTestsPath: join(runner.directory, 'main.cjs'),
  launchArgs: profile,
  extensionTestsEnv: {
    SIGNET_TEST_BRIDGE: bridge.url,
    SIGNET_TEST_SERVER: deployment.mcpServer.url,
    SIGNET_TEST_DESKTOP: '1',
  },
}).catch((error: unknown) => {
  console.error(error)
  return 1
})
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
