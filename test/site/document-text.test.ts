import { deepEqual, equal } from 'node:assert/strict'
import { readDocumentText } from '../../site/src/client-metadata/document-text.ts'
import { MAX_JWKS_BYTES } from '../../site/src/client-metadata/limits.ts'

const read = (text: string) => readDocumentText(new TextEncoder().encode(text))
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('Reading a stranger’s document (CIMD section 8.7)', () => {
  it('takes what nests as documents do, and finds names that are given twice', () => {
    const { json, duplicates } = read('{"keys":[{"kid":"a","kid":"b"}]}')
    deepEqual(json?.value, { keys: [{ kid: 'b' }] })
    equal(duplicates.length, 1)
  })

  for (const depth of [66, 1_000, MAX_JWKS_BYTES / 2]) {
    it(`looks for no names in what nests ${depth} deep, and does not break on it`, () => {
      deepEqual(read(`{"a":1,"a":${nested(depth)}}`).duplicates, [])
      deepEqual(read(nested(depth)).duplicates, [])
    })
  }
})
