// `npm run test:<suite>`: the mocha suites of one or more folders, in this process.
// Reports its counts to a parent process, if there is one.
import { glob } from 'node:fs/promises'
import Mocha from 'mocha'
import { ROOT } from './run-tool.ts'

/** What runs under which name; `unit` touches neither the network nor a build. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  unit: ['test/core', 'test/extension', 'test/site'],
  architecture: ['test/architecture'],
  pages: ['test/pages'],
  servers: ['test/servers'],
  soak: ['test/soak'],
  conformance: ['test/conformance'],
  e2e: ['test/e2e'],
}

/** Counts of one suite, as sent to the parent. A skipped test prints its reason itself. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

async function run(suite: string): Promise<Counts> {
  const folders = SUITES[suite]
  if (folders === undefined) {
    throw new Error(`unknown suite ${suite}; there are ${Object.keys(SUITES).join(', ')}`)
  }
  const mocha = new Mocha({
    ui: 'bdd',
    forbidOnly: true,
    checkLeaks: true,
    timeout: 20_000,
  })
  const files: string[] = []
  for (const folder of folders) {
    for await (const file of glob(`${folder}/**/*.test.ts`, { cwd: ROOT })) files.push(file)
  }
  if (files.length === 0) throw new Error(`the suite ${suite} has no test files`)
  for (const file of files.sort()) mocha.addFile(`${ROOT}/${file}`)
  await mocha.loadFilesAsync()
  return await new Promise((resolve) => {
    const runner = mocha.run(() => {
      const { passes, failures, pending } = runner.stats ?? {
        passes: 0,
        failures: 1,
        pending: 0,
      }
      resolve({ passed: passes, failed: failures, skipped: pending })
    })
  })
}

const counts = await run(process.argv[2] ?? '')
process.send?.(counts)
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1)
