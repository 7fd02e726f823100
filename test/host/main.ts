import { createRequire } from 'node:module'
import type MochaClass from 'mocha'
import { outside } from './outside.ts'

/** The repository's folder, put in when this file is bundled. */
declare const __REPOSITORY__: string

/** Served VS Code: the runner extension starts the suites once the workbench is up. */
export function activate(): void {
  const desktop = process.env.SIGNET_TEST_DESKTOP !== undefined
  if (process.env.SIGNET_TEST_BRIDGE !== undefined && !desktop)
    setTimeout(() => void runSuites(), 0)
}

/** Desktop VS Code's development mode calls this and takes a rejection as failure. */
export async function run(): Promise<void> {
  const failures = await runSuites()
  if (failures > 0) throw new Error(`${failures} failed`)
}

async function runSuites(): Promise<number> {
  try {
    const Mocha = createRequire(`${__REPOSITORY__}/package.json`)('mocha') as typeof MochaClass
    const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, forbidOnly: true, reporter: reporter() })
    // For working on one test: SIGNET_TEST_GREP='joins' npm run test:host
    if (process.env.SIGNET_TEST_GREP !== undefined) mocha.grep(process.env.SIGNET_TEST_GREP)
    mocha.suite.emit('pre-require', globalThis, '', mocha)
    await import('./suites.ts')
    const failures = await new Promise<number>((resolve) => void mocha.run(resolve))
    await pendingReports
    await outside('done', { failures })
    return failures
  } catch (error) {
    await outside('crashed', error instanceof Error ? (error.stack ?? error.message) : 'unknown')
    return 1
  }
}

let pendingReports: Promise<unknown> = Promise.resolve()

/** Sends each result out as it happens, in order. */
function reporter(): MochaClass.ReporterConstructor {
  const send = (state: string, test: MochaClass.Test, error?: unknown) => {
    const report = {
      state,
      title: test.fullTitle(),
      error: error instanceof Error ? (error.stack ?? error.message) : undefined,
    }
    pendingReports = pendingReports.then(async () => await outside('test', report))
  }
  // Mocha calls this with `new`; what a function returns to `new` is not used.
  function ForwardingReporter(runner: MochaClass.Runner): void {
    runner.on('pass', (test) => send('passed', test))
    runner.on('fail', (test, error) => send('failed', test, error))
    runner.on('pending', (test) => send('skipped', test))
  }
  return ForwardingReporter as unknown as MochaClass.ReporterConstructor
}
