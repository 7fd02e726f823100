import { deepEqual, ok } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../scripts/run-tool.ts'

/** How many rules each section has; they are numbered through. */
const LAST_RULE = 63

describe('The client rules A1.1 to A9.63', () => {
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

  it('are each cited by a test, or listed with the reason why not', () => {
    const tests = globSync('test/**/*.test.ts', { cwd: ROOT }).concat(
      globSync('test/host/*.host.ts', { cwd: ROOT }),
    )
    const table = read('test/conformance/README.md').split('## What is done beside')[0] ?? ''
    const cited = new Set<number>()
    for (const text of [...tests.map(read), table]) {
      for (const [, rule] of text.matchAll(/\bA\d\.(\d+)\b/g)) cited.add(Number(rule))
    }
    ok(cited.size > 0)
    const missing = Array.from({ length: LAST_RULE }, (_, index) => index + 1).filter(
      (rule) => !cited.has(rule),
    )
    deepEqual(missing, [])
  })
})
