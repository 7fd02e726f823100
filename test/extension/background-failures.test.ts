import { deepEqual } from 'node:assert/strict'
import { SignInError } from '@signet/core'
import { createBackgroundFailures } from '../../extension/src/background-failures.ts'

describe('Failures where nobody asked for anything (C4)', () => {
  it('say once that the secret storage does not answer, and log the rest', () => {
    const logged: string[] = []
    const said: string[] = []
    const failed = createBackgroundFailures(
      { failure: (what) => void logged.push(what) },
      (_error, what) => void said.push(what),
    )
    const noKeyring = new SignInError('store_unavailable', { operation: 'read' })
    failed(new Error('a bug'), 'one')
    failed(noKeyring, 'two')
    failed(noKeyring, 'three')
    deepEqual([said, logged], [['two'], ['one', 'three']])
  })
})
