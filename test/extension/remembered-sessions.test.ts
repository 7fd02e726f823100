import { equal, rejects } from 'node:assert/strict'
import { rememberSessions } from '../../extension/src/remembered-sessions.ts'
import { sessionInfoOf } from '../support/session-info.ts'

function countedSessions() {
  const listeners = new Set<(id: string) => void>()
  const state = { reads: 0, failing: false }
  const sessions = rememberSessions({
    onDidChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    list: async () => {
      state.reads += 1
      if (state.failing) throw new Error('no keyring')
      return await Promise.resolve([sessionInfoOf({ id: String(state.reads) })])
    },
  })
  const change = () => {
    for (const listener of listeners) listener('any')
  }
  return { state, sessions, change }
}

describe('The list of sessions (Speed)', () => {
  it('is read once, also for those who ask at the same time', async () => {
    const { state, sessions } = countedSessions()
    await Promise.all([sessions.list(), sessions.list()])
    await sessions.list()
    equal(state.reads, 1)
  })

  it('is read again after a change, for listeners of that change too', async () => {
    const { sessions, change } = countedSessions()
    await sessions.list()
    let seen: Promise<string | undefined> = Promise.resolve(undefined)
    sessions.onDidChange(() => {
      seen = sessions.list().then(([session]) => session?.id)
    })
    change()
    equal(await seen, '2')
  })

  it('is not remembered while it changes, nor when it cannot be read', async () => {
    const { state, sessions, change } = countedSessions()
    const stale = sessions.list()
    change()
    await stale
    equal((await sessions.list())[0]?.id, '2')
    change()
    state.failing = true
    await rejects(sessions.list())
    state.failing = false
    equal((await sessions.list())[0]?.id, '4')
  })
})
