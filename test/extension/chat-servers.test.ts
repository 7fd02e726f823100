import { deepEqual, equal } from 'node:assert/strict'
import type { SessionInfo } from '@signet/core'
import { createChatChoice } from '../../extension/src/chat-choice.ts'
import { chatServers } from '../../extension/src/chat-servers.ts'
import { memorySecrets } from '../support/fake-ports.ts'
import { sessionInfoOf } from '../support/session-info.ts'

const session = (id: string, change: Partial<SessionInfo> = {}) =>
  sessionInfoOf({ id, accountKey: id, server: 'https://mcp.test/mcp', ...change })

const labels = (sessions: readonly SessionInfo[]) =>
  chatServers(sessions, new Set(sessions.map(({ id }) => id))).map(({ label }) => label)

describe('The servers that chat may use', () => {
  it('are those the person has chosen, and no other', () => {
    const all = [session('a'), session('b', { server: 'https://b.test/' })]
    deepEqual(
      chatServers(all, new Set(['b', 'gone'])).map((server) => [server.label, server.session.id]),
      [['b.test', 'b']],
    )
    deepEqual(chatServers(all, new Set()), [])
  })

  it('have unique labels, also for accounts that nobody named (D7)', () => {
    deepEqual(labels([session('a'), session('b'), session('c', { accountLabel: 'ada' })]), [
      'mcp.test/mcp',
      'mcp.test/mcp 2',
      'mcp.test/mcp (ada)',
    ])
  })

  it('have unique labels when a server calls an account what the next label would be (D7)', () => {
    const all = labels([
      session('a', { server: 'https://mcp.test/mcp', accountLabel: 'x' }),
      session('b', { accountLabel: 'x) 2', server: 'https://mcp.test/mcp' }),
      session('c', { accountLabel: 'x' }),
      session('d', { accountLabel: 'x' }),
    ])
    equal(new Set(all).size, all.length)
  })

  it('stay in the list when their session is lost, so that starting them can ask', () => {
    deepEqual(labels([session('a', { signedOut: true })]), ['mcp.test/mcp'])
  })
})

describe('The choice of what chat may use', () => {
  it('reaches every window, and is only about itself', async () => {
    const secrets = memorySecrets()
    const [here, there] = [createChatChoice(secrets), createChatChoice(secrets)]
    let told = 0
    const stop = there.onDidChange(() => (told += 1))
    await here.turn('a', true)
    deepEqual([...(await there.sessionIds())], ['a'])
    equal(told, 1)
    await secrets.set('session/v1/a', '{}')
    equal(told, 1)
    await there.turn('a', false)
    deepEqual([...(await here.sessionIds())], [])
    equal(told, 2)
    stop()
    await here.turn('a', true)
    equal(told, 2)
  })
})
