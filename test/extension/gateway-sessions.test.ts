import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Access, SessionInfo } from '@signet/core'
import { createGateway } from '../../extension/src/gateway/server.ts'
import { closeServer, listen } from '../servers/listen.ts'
import { randomToken } from '../support/fake-ports.ts'
import { gatewayWorld, openRequest, withinGateway } from '../support/gateway-world.ts'
import { sessionInfoOf } from '../support/session-info.ts'

const EVENT_STREAM = { 'content-type': 'text/event-stream' }
const fine = (_request: unknown, response: ServerResponse) => void response.end('{}')

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return text
}

/** Two accounts of one server behind one gateway; each has a token of its own. */
async function twoAccounts(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  test: (world: {
    readonly open: (id: string, method?: 'GET' | 'POST' | 'DELETE') => Promise<IncomingMessage>
    readonly tokens: readonly (string | undefined)[]
    readonly signOut: (id: string) => void
  }) => Promise<void>,
): Promise<void> {
  const tokens: (string | undefined)[] = []
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization)
    answer(request, response)
  })
  const url = `http://127.0.0.1:${await listen(server, '127.0.0.1')}/mcp`
  let sessions: SessionInfo[] = ['ada', 'ben'].map((id) =>
    sessionInfoOf({ id, accountKey: id, server: url, resource: url }),
  )
  const listeners = new Set<(id: string) => void>()
  const gateway = createGateway({
    client: {
      access: async ({ sessionId }): Promise<Access> =>
        await Promise.resolve({
          sessionId,
          resource: url,
          server: url,
          accessToken: `token of ${sessionId}`,
          tokenType: 'bearer',
          clientId: 'https://client.test/oauth/client.json',
          proofKey: undefined,
          expiresAt: undefined,
          scopes: [],
        }),
      sessions: {
        list: async () => await Promise.resolve(sessions),
        onDidChange: (listener) => {
          listeners.add(listener)
          return () => void listeners.delete(listener)
        },
      },
    },
    clock: { now: () => 0 },
    after: () => () => undefined,
    randomToken,
    askForMore: async () => await Promise.resolve(undefined),
    describe: () => ({ code: 'x', message: 'x' }),
    failed: () => undefined,
  })
  const addresses = new Map<string, Awaited<ReturnType<typeof gateway.open>>>()
  for (const session of sessions) addresses.set(session.id, await gateway.open(session))
  try {
    await test({
      open: async (id, method = 'POST') => await openRequest(addresses.get(id)!, { method }).answer,
      tokens,
      signOut: (id) => {
        sessions = sessions.filter((session) => session.id !== id)
        for (const listener of listeners) listener(id)
      },
    })
    equal(listeners.size, 1)
    await gateway.close()
    equal(listeners.size, 0, 'a closed gateway listens to nothing')
  } finally {
    await gateway.close()
    await closeServer(server)
  }
}

describe('Several sign-ins behind the gateway', () => {
  it('never share a token, also of two accounts of one server (D7)', async () => {
    await twoAccounts(fine, async ({ open, tokens }) => {
      for (const id of ['ada', 'ben', 'ada']) await textOf(await open(id))
      deepEqual(tokens, ['Bearer token of ada', 'Bearer token of ben', 'Bearer token of ada'])
      await Promise.all(
        ['ada', 'ben', 'ada', 'ben'].map(async (id) => await textOf(await open(id))),
      )
      deepEqual(tokens.slice(3).sort(), [
        'Bearer token of ada',
        'Bearer token of ada',
        'Bearer token of ben',
        'Bearer token of ben',
      ])
    })
  })

  it('end alone: a sign-out ends the streams of its account, and its token is seen no more', async () => {
    const streams: ServerResponse[] = []
    await twoAccounts(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM).write('data: 1\n\n')
        streams.push(response)
      },
      async ({ open, tokens, signOut }) => {
        const [ada, ben] = [await open('ada', 'GET'), await open('ben', 'GET')]
        await Promise.all([once(ada, 'data'), once(ben, 'data')])
        const [ended, other] = [textOf(ada), once(ben, 'data')]
        const closed = once(streams[0]!, 'close')
        signOut('ada')
        await rejects(ended)
        await closed
        for (const method of ['GET', 'POST', 'DELETE'] as const)
          equal((await open('ada', method)).statusCode, 404)
        equal(tokens.length, 2, 'the server saw no token after that')
        streams[1]?.write('data: 2\n\n')
        equal(String((await other)[0]), 'data: 2\n\n')
        ben.destroy()
      },
    )
  })
})

describe('The keys of the gateway', () => {
  it('are another for each window, and one opens nothing in another', async () => {
    const [here, there] = [await gatewayWorld(fine), await gatewayWorld(fine)]
    try {
      const key = here.address.headers.Authorization
      notEqual(key, there.address.headers.Authorization)
      equal((await there.ask({ headers: { authorization: key ?? '' } })).status, 404)
      equal(there.received.length, 0)
    } finally {
      await here.close()
      await there.close()
    }
  })

  it('are compared whole: no part of one, no more than one, no other spelling', async () => {
    await withinGateway(fine, async (world) => {
      const key = world.address.headers.Authorization ?? ''
      const others = [
        key.slice(0, -1),
        `${key}A`,
        `${key}=`,
        key.slice(7),
        `bearer ${key.slice(7)}`,
        `${key}, ${key}`,
        `\u00c4${key.slice(1)}`,
        key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A'),
      ]
      for (const authorization of others)
        equal((await world.ask({ headers: { authorization } })).status, 404, authorization)
      equal(world.received.length, 0)
    })
  })
})

describe('A sign-out while a request waits', () => {
  it('for the server ends the request on both sides, and is nobody’s failure', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>()
    await withinGateway(
      (request) => {
        arrived.resolve(request)
      },
      async (world) => {
        const waiting = world.ask()
        const closed = once((await arrived.promise).socket, 'close')
        await world.client.signOut(world.session.id, new AbortController().signal)
        await rejects(waiting)
        await closed
        equal(world.failures.length, 0)
      },
    )
  })

  it('for a person ends the request, and what they grant later is not sent', async () => {
    await withinGateway(
      (_request, response) => {
        const scope = 'Bearer error="insufficient_scope", scope="write"'
        response.writeHead(403, { 'www-authenticate': scope }).end()
      },
      async (world) => {
        const asking = Promise.withResolvers<undefined>()
        const late = Promise.withResolvers<SessionInfo>()
        world.person.answer = async () => {
          asking.resolve(undefined)
          return await late.promise
        }
        const waiting = world.ask()
        await asking.promise
        world.gateway.shut(world.session.id)
        await rejects(waiting)
        late.resolve(world.session)
        await late.promise
        equal(world.received.length, 1)
      },
    )
  })
})

describe('A server that chat uses again', () => {
  it('gets the token of the new sign-in, not the one it had before (D7)', async () => {
    await withinGateway(
      (_request, response) => void response.writeHead(200).end('{}'),
      async (world) => {
        const { gateway, session, serverUrl, received } = world
        await world.ask()
        gateway.shut(session.id)
        world.refreshTo('of-the-new-sign-in')
        const again = await world.signIn({ serverUrl, previous: session })
        equal(again.id, session.id)
        const { url } = await gateway.open(again)
        await world.ask({ path: new URL(url).pathname })
        deepEqual(
          received.map(({ headers }) => headers.authorization),
          ['Bearer the-access-token', 'Bearer of-the-new-sign-in'],
        )
      },
    )
  })
})
