// `npm test`: everything, in the order in which a failure says most. Each suite runs in a process of its own.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './run-tool.ts'
import type { Counts } from './run-mocha.ts'

interface Step {
  readonly name: string
  readonly entry: string
  readonly args: readonly string[]
  /** A build step has no tests of its own. */
  readonly counts: boolean
}

const STEPS: readonly Step[] = [
  {
    name: 'unit tests',
    entry: 'scripts/run-mocha.ts',
    args: ['unit'],
    counts: true,
  },
  { name: 'build', entry: 'scripts/build.ts', args: [], counts: false },
  {
    name: 'architecture',
    entry: 'scripts/run-mocha.ts',
    args: ['architecture'],
    counts: true,
  },
  {
    name: 'pages in a browser',
    entry: 'scripts/run-mocha.ts',
    args: ['pages'],
    counts: true,
  },
  {
    name: 'real servers',
    entry: 'scripts/run-mocha.ts',
    args: ['servers'],
    counts: true,
  },
  {
    name: 'several processes on one store',
    entry: 'scripts/run-mocha.ts',
    args: ['soak'],
    counts: true,
  },
  {
    name: 'MCP conformance',
    entry: 'scripts/run-mocha.ts',
    args: ['conformance'],
    counts: true,
  },
  {
    name: 'inside VS Code',
    entry: 'test/host/run-host.ts',
    args: [],
    counts: true,
  },
  {
    name: 'palette to token',
    entry: 'scripts/run-mocha.ts',
    args: ['e2e'],
    counts: true,
  },
]

const total = { passed: 0, failed: 0, skipped: 0 }
const broken: string[] = []

for (const step of STEPS) {
  const started = Date.now()
  console.log(`\n== ${step.name}`)
  const { code, counts } = await runStep(step)
  console.log(`== ${step.name}: ${((Date.now() - started) / 1000).toFixed(0)} s`)
  total.passed += counts?.passed ?? 0
  total.failed += counts?.failed ?? 0
  total.skipped += counts?.skipped ?? 0
  if (code !== 0 || (step.counts && counts === undefined)) broken.push(step.name)
  // Without a build there is nothing for the later steps to test.
  if (code !== 0 && !step.counts) break
}

if (broken.length > 0) console.log(`\nfailed: ${broken.join(', ')}`)
if (total.skipped > 0) console.log(`${total.skipped} skipped, each with its reason above`)
// A step that broke without a failing test (a crash) counts as one.
console.log(`${total.passed} passed, ${Math.max(total.failed, broken.length > 0 ? 1 : 0)} failed`)
process.exitCode = broken.length > 0 ? 1 : 0

async function runStep({ entry, args }: Step): Promise<{ code: number; counts?: Counts }> {
  const child = fork(join(ROOT, entry), args, { cwd: ROOT })
  const stop = () => child.kill('SIGTERM')
  process.once('SIGTERM', stop)
  let counts: Counts | undefined
  child.on('message', (message) => (counts = message as Counts))
  const code = await new Promise<number>((resolve) => child.once('exit', (c) => resolve(c ?? 1)))
  process.off('SIGTERM', stop)
  return counts === undefined ? { code } : { code, counts }
}
