import { equal, ok } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const TESTS = join(import.meta.dirname, '..')
const TABLE = readFileSync(join(TESTS, 'host', 'README.md'), 'utf8')

/** Number and last cell of each row. */
const rows = [...TABLE.matchAll(/^\| (\d+) +\|[^|]+\|([^|]*)\|$/gm)].map(
  ([, number, held]) => [Number(number), (held ?? '').trim()] as const,
)

describe('The table of complaints (C, “Done when”)', () => {
  it('has 36 rows in order', () => {
    const expected = Array.from({ length: 36 }, (_, index) => index + 1)
    equal(rows.map(([number]) => number).join(), expected.join())
  })

  for (const [number, held] of rows) {
    it(`row ${number} names tests that exist, or why it cannot apply`, () => {
      const files = [...held.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => file ?? '')
      ok(files.length > 0, held)
      for (const file of files) ok(existsSync(join(TESTS, file)), file)
    })
  }
})
