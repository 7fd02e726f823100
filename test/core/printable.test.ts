import { equal } from 'node:assert/strict'
import fc from 'fast-check'
import { printable } from '../../scripts/commands/printable.ts'

describe('What a terminal shows of a peer’s words', () => {
  it('is one line without control or direction characters, and the same value', () => {
    const hostile = fc.constantFrom('\n', '\u001b[8m', '\u009b', '\u202e', '\u2028', '"', 'open: ')
    fc.assert(
      fc.property(fc.array(hostile), (pieces) => {
        const text = pieces.join('')
        const line = printable(text)
        equal(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), false)
        equal(JSON.parse(line), text)
      }),
    )
  })
})
