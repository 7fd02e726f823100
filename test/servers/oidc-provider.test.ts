import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createAuthorizedFetch, type SessionInfo } from '@signet/core'
import { mcpFetch } from '../../scripts/mcp-fetch.ts'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { expectCode } from '../support/expect-code.ts'
import { fakeClock } from '../support/fake-ports.ts'
import { startCoreHost } from './core-host.ts'
import { startDeployment, type Deployment } from './deployment.ts'

const CLIENT_ID = 'https://signet.example/oauth/client.json'
const { signal } = new AbortController()

describe('The production identity at a real authorization server (oidc-provider)', () => {
  let deployment: Deployment

  before(async () => {
    deployment = await startDeployment({
      siteDirectory: BUNDLED_SITE,
      host: '127.0.0.1',
      accessTokenSeconds: 300,
      registration: true,
    })
  })
  after(async () => await deployment.close())

  it('signs in with a document the server fetched, and four requests of its own (A3.15)', async () => {
    const host = startCoreHost()
    const session = await host.signIn(deployment.mcpServer.url)
    equal(session.clientId, CLIENT_ID)
    equal(session.registration, 'cimd')
    match(session.redirectUri ?? '', /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
    ok(deployment.site.requests('/oauth/client.json') > 0)
    const issued = deployment.authorizationServer.record.issued.at(-1)
    equal(issued?.aud, deployment.mcpServer.url)
    equal(issued.clientId, CLIENT_ID)
  })

  it('is let in by the MCP server, through the official client (A7.44)', async () => {
    const { text } = await callTool(deployment, 'deployment_costs', {})
    match(text, /total: 2099\.85 EUR/)
  })

  it('steps up for a tool that needs more, with the union of scopes (A7.46)', async () => {
    const { text, session } = await callTool(deployment, 'set_budget', {
      environment: 'production',
      euros: 5,
    })
    equal(text, 'budget of production: 5.00 EUR')
    const last = deployment.authorizationServer.record.authorizations.at(-1)
    deepEqual(
      new Set(last?.scope.split(' ')),
      new Set(['costs:read', 'budget:write', 'offline_access']),
    )
    equal(session.scopes.includes('budget:write'), true)
  })

  it('refreshes, and each refresh token works once (A6.41)', async () => {
    const clock = fakeClock(Date.now())
    const host = startCoreHost({}, clock)
    const session = await host.signIn(deployment.mcpServer.url)
    const first = [...host.secrets.entries.values()][0] ?? ''
    const ask = async () =>
      await host.client.access({ sessionId: session.id, rejectedToken: undefined, signal })
    const before = await ask()
    clock.advance(300_000)
    const after = await ask()
    ok(before.accessToken !== after.accessToken)

    // Somebody puts an old backup back: the server sees the reuse and ends the whole grant.
    host.secrets.entries.set(`session/v1/${session.id}`, first)
    clock.advance(300_000)
    await expectCode(ask(), 'refresh_lost')
    equal((await host.client.sessions.list())[0]?.signedOut, true)
  })

  it('revokes at the server when signing out (A6.43)', async () => {
    const host = startCoreHost()
    const session = await host.signIn(deployment.mcpServer.url)
    const { revoked } = deployment.authorizationServer.record
    const count = revoked.length
    deepEqual(await host.client.signOut(session.id, signal), {
      forgotten: true,
      revocation: 'revoked',
    })
    ok(revoked.slice(count).includes(`refresh_token ${CLIENT_ID}`))
    equal(host.secrets.entries.size, 0)
  })

  it('takes the person’s no for an answer and keeps nothing', async () => {
    const host = startCoreHost()
    host.person.answer = 'deny'
    await expectCode(host.signIn(deployment.mcpServer.url), 'authorization_denied')
    equal(host.secrets.entries.size, 0)
  })

  it('can register dynamically where the document is switched off (A3.17)', async () => {
    const host = startCoreHost({ published: undefined, dynamicRegistration: true })
    const session = await host.signIn(deployment.mcpServer.url)
    equal(session.registration, 'dcr')
  })

  const broken: [string, { status: number; headers: Record<string, string>; body: string }][] = [
    ['gone', { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found' }],
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Hi</h1>' }],
    ['moved', { status: 301, headers: { location: '/oauth/editor.json' }, body: '' }],
    [
      'somebody else’s',
      {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_id: 'https://signet.example/oauth/other.json' }),
      },
    ],
  ]
  for (const [name, answer] of broken) {
    it(`ends without a session when the document is ${name}, and the page says so (A3.20)`, async () => {
      const fresh = await startDeployment({
        siteDirectory: BUNDLED_SITE,
        host: '127.0.0.1',
        accessTokenSeconds: 300,
        registration: false,
      })
      try {
        fresh.site.override('/oauth/client.json', answer)
        const host = startCoreHost()
        await expectCode(host.signIn(fresh.mcpServer.url), 'cancelled')
        match(String(host.pages.refusal), /invalid_client/)
        equal(host.secrets.entries.size, 0)
      } finally {
        await fresh.close()
      }
    })
  }
})

/** One tool call with the official MCP client, whose requests go through the core. */
async function callTool(deployment: Deployment, name: string, input: Record<string, unknown>) {
  const host = startCoreHost()
  const { url } = deployment.mcpServer
  let session: SessionInfo = await host.signIn(url)
  const fetch = mcpFetch((send) =>
    createAuthorizedFetch({
      send,
      access: host.client.access,
      session: async () => session,
      signIn: async (challenge, previous) => {
        session = await host.signIn(url, { challenge, previous })
        return session
      },
    }),
  )
  const client = new Client({ name: 'signet-test', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL(url), { fetch })
  await client.connect(transport)
  try {
    const result = await client.callTool({ name, arguments: input })
    const [part] = result.content as { text: string }[]
    return { text: part?.text ?? '', session }
  } finally {
    await client.close()
  }
}
