import { equal, match, ok } from 'node:assert/strict'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { expectCode } from '../support/expect-code.ts'
import { startCoreHost } from './core-host.ts'
import { startDeployment, type Deployment } from './deployment.ts'

const CLIENT_ID = 'https://signet.example/oauth/client.json'

describe('Identity at a real authorization server (oidc-provider)', () => {
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
