import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { decodeJwt } from 'jose'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  createAuthorizedFetch,
  type Fetch,
  type IdentitySources,
  type SessionInfo,
} from '@signet/core'
import { systemFetch } from '@signet/core/node'
import { mcpFetch } from '../../scripts/mcp-fetch.ts'
import { expectCode } from '../support/expect-code.ts'
import { fakeClock } from '../support/fake-ports.ts'
import { startCoreHost } from './core-host.ts'
import { READ_SCOPE, WRITE_SCOPE } from './mcp-server.ts'
import { clients, servers, TOKEN_SECONDS, type World } from './flow-world.ts'

const { signal } = new AbortController()

for (const [serverName, start] of Object.entries(servers)) {
  for (const [clientName, prepare] of Object.entries(clients)) {
    describe(`${clientName} at ${serverName}`, () => {
      let world: World
      let sources: Partial<IdentitySources>
      const confidential = clientName === 'private_key_jwt'
      const clientId = () =>
        sources.published?.clientId ?? 'https://signet.example/oauth/client.json'

      before(async () => {
        world = await start()
        sources = await prepare(world)
      })
      after(async () => await world.close())

      it('signs in, and the token is for this server and this client (A3.15, A3.19, A4.24)', async () => {
        const host = startCoreHost(sources)
        const session = await host.signIn(world.mcpServer.url)
        equal(session.clientId, clientId())
        equal(session.registration, 'cimd')
        const { aud, client_id } = decodeJwt((await accessOf(host, session)).accessToken)
        deepEqual([aud].flat(), [world.mcpServer.url])
        equal(client_id, clientId())
      })

      it('calls a tool, then one that needs more: the union of scopes is granted (A7.44, A7.46)', async () => {
        const host = startCoreHost(sources)
        const used = await useTools(host, world.mcpServer.url)
        match(used.costs, /total: 2099\.85 EUR/)
        equal(used.budget, 'budget of staging: 5.00 EUR')
        const scopes = new Set(used.session.scopes)
        ok(scopes.has(READ_SCOPE) && scopes.has(WRITE_SCOPE))
      })

      it('refreshes with rotation, and keeps the audience (A6.37, A6.41)', async () => {
        const clock = fakeClock(Date.now())
        const host = startCoreHost(sources, clock)
        const session = await host.signIn(world.mcpServer.url)
        const before = await accessOf(host, session)
        const spent = refreshTokenOf(host, session)
        clock.advance(TOKEN_SECONDS * 1000)
        const after = await accessOf(host, session)
        notEqual(after.accessToken, before.accessToken)
        notEqual(refreshTokenOf(host, session), spent)
        deepEqual([decodeJwt(after.accessToken).aud].flat(), [world.mcpServer.url])
        const answer = await initialize(world.mcpServer.url, after.accessToken)
        equal(answer.status, 200)
      })

      it('is signed out when a spent refresh token comes again, and says so (A6.41)', async () => {
        const clock = fakeClock(Date.now())
        const host = startCoreHost(sources, clock)
        const session = await host.signIn(world.mcpServer.url)
        const backup = storedSession(host, session)
        clock.advance(TOKEN_SECONDS * 1000)
        await accessOf(host, session)
        // Somebody puts an old backup back.
        host.secrets.entries.set(`session/v1/${session.id}`, backup)
        clock.advance(TOKEN_SECONDS * 1000)
        await expectCode(accessOf(host, session), 'refresh_lost')
        equal((await host.client.sessions.list())[0]?.signedOut, true)
      })

      it('revokes when signing out: the refresh token is worth nothing afterwards (A6.43)', async () => {
        const clock = fakeClock(Date.now())
        const host = startCoreHost(sources, clock)
        const session = await host.signIn(world.mcpServer.url)
        const backup = storedSession(host, session)
        const { forgotten, revocation } = await host.client.signOut(session.id, signal)
        equal(forgotten, true)
        equal(revocation, 'revoked')
        host.secrets.entries.set(`session/v1/${session.id}`, backup)
        clock.advance(TOKEN_SECONDS * 1000)
        await expectCode(accessOf(host, session), 'refresh_lost')
      })

      it('has tokens for one server that another one does not take (A7.45)', async () => {
        const host = startCoreHost(sources)
        const session = await host.signIn(world.mcpServer.url)
        const { accessToken } = await accessOf(host, session)
        equal((await initialize(world.mcpServer.url, accessToken)).status, 200)
        equal((await initialize(world.otherServer.url, accessToken)).status, 401)
      })

      if (confidential) {
        it('proves itself on every request to the token and revocation endpoints (A9.60)', async () => {
          const sent: string[] = []
          const clock = fakeClock(Date.now())
          const host = startCoreHost(sources, clock, recording(sent))
          const session = await host.signIn(world.mcpServer.url)
          clock.advance(TOKEN_SECONDS * 1000)
          await accessOf(host, session)
          await host.client.signOut(session.id, signal)
          ok(sent.length >= 3, sent.join('\n'))
          equal(sent.filter((names) => !names.includes('client_assertion ')).join(), '')
        })

        it('is refused without its key: the document says how it proves itself (A9.60)', async () => {
          ok(sources.published)
          const published = { ...sources.published, authentication: { method: 'none' } as const }
          const host = startCoreHost({ published })
          const { error } = await expectCode(host.signIn(world.mcpServer.url), 'token_refused')
          match(error, /^invalid_(client|request)$/)
          equal(host.secrets.entries.size, 0)
        })
      }
    })
  }
}

type CoreHost = ReturnType<typeof startCoreHost>

async function accessOf({ client }: CoreHost, { id }: SessionInfo) {
  return await client.access({ sessionId: id, rejectedToken: undefined, signal })
}

function storedSession({ secrets }: CoreHost, { id }: SessionInfo): string {
  const text = secrets.entries.get(`session/v1/${id}`)
  ok(text)
  return text
}

function refreshTokenOf(host: CoreHost, session: SessionInfo): unknown {
  return (JSON.parse(storedSession(host, session)) as { refreshToken: unknown }).refreshToken
}

/** Names of the form members of each request that carries a grant or a token to revoke; no values. */
function recording(sent: string[]): Fetch {
  return async (url, init) => {
    const names = [...new URLSearchParams(init.body ?? '').keys()]
    if (names.includes('grant_type') || names.includes('token')) sent.push(`${names.join(' ')} `)
    return await systemFetch(url, init)
  }
}

async function initialize(url: string, accessToken: string): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${accessToken}`,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      },
    }),
  })
}

/** The official MCP client over the core: a tool under the read scope, then one that needs more. */
async function useTools(host: CoreHost, url: string) {
  let session: SessionInfo | undefined
  const fetch = mcpFetch((send) =>
    createAuthorizedFetch({
      send,
      access: host.client.access,
      session: async () => await Promise.resolve(session),
      signIn: async (challenge, previous) => {
        session = await host.signIn(url, { challenge, previous })
        return session
      },
    }),
  )
  const client = new Client({ name: 'signet-test', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch }))
  const call = async (name: string, input: Record<string, unknown>) => {
    const result = await client.callTool({ name, arguments: input })
    return (result.content as { text: string }[])[0]?.text ?? ''
  }
  try {
    const costs = await call('deployment_costs', {})
    const budget = await call('set_budget', { environment: 'staging', euros: 5 })
    ok(session)
    return { costs, budget, session: session }
  } finally {
    await client.close()
  }
}
