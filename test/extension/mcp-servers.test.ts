import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { McpHttpServerDefinition } from 'vscode'
import { SignInError, type Access, type SessionInfo } from '@signet/core'
import { createChatChoice } from '../../extension/src/chat-choice.ts'
import { createMcpServers } from '../../extension/src/mcp-servers.ts'
import { expectCode } from '../support/expect-code.ts'
import { memorySecrets } from '../support/fake-ports.ts'
import { sessionInfoOf } from '../support/session-info.ts'

const SERVER = 'https://mcp.test/mcp'
const ADA = sessionInfoOf({ id: 'ada', server: SERVER, accountLabel: 'ada' })
const BEN = sessionInfoOf({ id: 'ben', server: SERVER, accountLabel: 'ben' })

/** The list as the editor sees it, over a store and a gateway that say what they were asked. */
async function world(sessions: SessionInfo[] = [ADA, BEN]) {
  const chat = createChatChoice(memorySecrets())
  for (const { id } of sessions) await chat.turn(id, true)
  const told = { sessions: () => undefined as unknown, setting: () => undefined as unknown }
  const state = {
    sessions,
    gatewayOn: true,
    failure: undefined as unknown,
    tokenType: 'bearer' as Access['tokenType'],
  }
  const seen = {
    access: [] as string[],
    opened: [] as string[],
    shut: [] as string[],
    asked: [] as string[],
    failures: [] as unknown[],
    changes: 0,
  }
  const servers = createMcpServers({
    client: {
      access: async ({ sessionId }) => {
        seen.access.push(sessionId)
        if (state.failure !== undefined) throw state.failure as Error
        const accessToken = `token of ${sessionId}`
        return await Promise.resolve({ accessToken, tokenType: state.tokenType } as Access)
      },
      sessions: {
        list: async () => await Promise.resolve(state.sessions),
        onDidChange: (listener: (id: string) => void) => {
          told.sessions = () => {
            listener('ada')
          }
          return () => (told.sessions = () => undefined)
        },
      },
    },
    chat,
    gateway: {
      open: async ({ id }) => {
        seen.opened.push(id)
        const headers = { Authorization: 'Bearer key' }
        return await Promise.resolve({ url: `http://127.0.0.1:1/${id}`, headers })
      },
      shut: (id) => void seen.shut.push(id),
    },
    gatewayOn: () => state.gatewayOn,
    onDidChangeSetting: (listener) => {
      told.setting = listener
      return () => (told.setting = () => undefined)
    },
    askToSignIn: ({ id }) => void seen.asked.push(id),
    failed: (error) => void seen.failures.push(error),
    define: (label, uri, headers, version) =>
      ({ label, uri, headers, version }) as unknown as McpHttpServerDefinition,
    changed: () => void (seen.changes += 1),
  })
  const list = async () => await servers.provide()
  const resolve = async (label: string) => {
    const found = (await list()).find((definition) => definition.label.includes(label))
    return await servers.resolve(found!)
  }
  /** Changes are looked at one after the other; a few turns later the last one has been. */
  const settled = async () => {
    for (let n = 0; n < 20; n += 1) await new Promise((done) => void setImmediate(done))
  }
  return { servers, chat, told, state, seen, list, resolve, settled }
}

describe('The list of servers that VS Code’s MCP client reads', () => {
  it('is read from the store alone: no token, no listener, no question, no key in it', async () => {
    const { list, seen } = await world()
    deepEqual(
      (await list()).map(({ label, uri, headers, version }) => [label, uri, headers, version]),
      [
        ['mcp.test/mcp (ada)', SERVER, {}, 'gateway'],
        ['mcp.test/mcp (ben)', SERVER, {}, 'gateway'],
      ],
    )
    deepEqual([seen.access, seen.opened, seen.asked], [[], [], []])
  })

  it('changes for a server more, a server less and the setting, and for nothing else', async () => {
    const { list, seen, told, state, chat, settled } = await world()
    await list()
    const changesAfter = async (change: () => unknown) => {
      const before = seen.changes
      await change()
      await settled()
      return seen.changes - before
    }
    equal(await changesAfter(() => told.sessions()), 0, 'a renewed token')
    state.sessions = [{ ...ADA, scopes: ['write'], expiresAt: 5 }, BEN]
    equal(await changesAfter(() => told.sessions()), 0, 'more scopes')
    state.sessions = [{ ...ADA, signedOut: true }, BEN]
    equal(await changesAfter(() => told.sessions()), 0, 'a lost session')
    equal(await changesAfter(() => told.setting()), 0, 'a setting that stayed')
    state.gatewayOn = false
    equal(await changesAfter(() => told.setting()), 1, 'the setting')
    equal(await changesAfter(async () => await chat.turn('ben', false)), 1, 'a server less')
    equal(await changesAfter(async () => await chat.turn('ben', true)), 1, 'a server more')
    equal(seen.failures.length, 0)
  })

  it('shuts the way to what leaves it, and a later sign-in is a new choice', async () => {
    const { list, seen, told, state, chat, settled } = await world()
    await list()
    await chat.turn('ben', false)
    await settled()
    deepEqual(seen.shut, ['ben'])
    state.sessions = []
    told.sessions()
    await settled()
    deepEqual(seen.shut, ['ben', 'ada'])
    deepEqual([...(await chat.sessionIds())], [])
  })

  it('says when it cannot be read, and is read again after the next change', async () => {
    const { seen, told, state, settled } = await world()
    const { sessions } = state
    state.sessions = undefined as unknown as SessionInfo[]
    told.sessions()
    await settled()
    equal(seen.failures.length, 1)
    state.sessions = sessions
    told.sessions()
    await settled()
    deepEqual([seen.failures.length, seen.changes], [1, 1])
  })

  it('is left alone once the extension is deactivated', async () => {
    const { servers, seen, told, state, settled } = await world()
    servers.dispose()
    state.sessions = []
    told.sessions()
    told.setting()
    await settled()
    deepEqual([seen.changes, seen.shut], [0, []])
  })
})

describe('A server that VS Code starts', () => {
  it('is led to the gateway, with the window’s key and no token', async () => {
    const { resolve } = await world()
    const { uri, headers, label, version } = (await resolve('ben'))!
    deepEqual(
      [uri, headers, label, version],
      ['http://127.0.0.1:1/ben', { Authorization: 'Bearer key' }, 'mcp.test/mcp (ben)', 'gateway'],
    )
  })

  it('is connected to as it is, with the token of its own account, without the gateway', async () => {
    const { resolve, state, seen } = await world()
    state.gatewayOn = false
    const { uri, headers, version } = (await resolve('ben'))!
    deepEqual([uri, headers, version], [SERVER, { Authorization: 'Bearer token of ben' }, 'direct'])
    deepEqual(seen.opened, [], 'nothing listens')
  })

  for (const code of [
    'session_missing',
    'session_expired',
    'session_corrupt',
    'refresh_lost',
  ] as const) {
    for (const gatewayOn of [true, false]) {
      it(`is not started after ${code}, ${gatewayOn ? 'with' : 'without'} the gateway: one question, no wait`, async () => {
        const { resolve, state, seen } = await world()
        Object.assign(state, {
          gatewayOn,
          failure: new SignInError(code, { server: SERVER, issuer: SERVER }),
        })
        equal(await resolve('ada'), undefined)
        deepEqual([seen.asked, seen.opened], [['ada'], []])
      })
    }
  }

  it('is started by the gateway when its sign-in server is unreachable: requests say what is wrong', async () => {
    const { resolve, state, seen } = await world()
    state.failure = new SignInError('token_unreachable', { host: 'login.test', reason: 'timeout' })
    equal((await resolve('ada'))?.headers.Authorization, 'Bearer key')
    state.gatewayOn = false
    await rejects(resolve('ada'), (error) => error === state.failure)
    deepEqual(seen.asked, [], 'nobody can help by signing in')
  })

  it('is not started without the gateway when its tokens are bound to a key (RFC 9449 section 7.1)', async () => {
    const { resolve, state } = await world()
    state.tokenType = 'dpop'
    equal((await resolve('ada'))?.headers.Authorization, 'Bearer key')
    state.gatewayOn = false
    await expectCode(resolve('ada'), 'proof_needed')
  })

  it('is one of the list: another extension’s definition gets no token', async () => {
    const { servers, seen } = await world()
    const other = { label: 'mcp.test/mcp (ada)' } as unknown as McpHttpServerDefinition
    equal(await servers.resolve(other), undefined)
    deepEqual(seen.access, [])
  })
})
