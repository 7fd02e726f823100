import { equal, notEqual, ok } from 'node:assert/strict'
import { createSignetClient } from '@signet/core'

import { json } from '../../support/fake-ports.ts'
import {
  approve,
  fakeWorld,
  ISSUER,
  issuerDocument,
  REVOKE,
  SERVER,
  TOKEN,
  tokenDocument,
  type FakeWorld,
  type WorldFacts,
} from '../../support/fake-world.ts'
import { assertContained, expectRefusal } from './witness.ts'

/*
 * One case per threat of the list D1 to D18 that a client can meet, in memory; tokens in token-threats.test.ts (D7, D11), changes of a known
 * server in change-threats.test.ts (D12, D17, D18); what needs a wire is in
 * wire.test.ts (D5), what needs a listener in callback.test.ts (D2, D6, D10, D16), names and addresses in
 * test/core. Not the client's to prevent: D8 (another local program with our client_id), D13 (the document's
 * host taken over: the site's checks), D14 (consent at a proxy), D15 (name and logo on the consent page).
 */

const EVIL = 'https://evil.test'
const HONEST = { token: TOKEN, revocation: REVOKE, server: SERVER }

/** A server that leads to an authorization server of the attacker's, which leads on to the honest one. */
function mixedUp(issuer: Record<string, unknown>, facts: WorldFacts = {}): FakeWorld {
  const world = fakeWorld({ ...facts, resource: { authorization_servers: [EVIL] } })
  const document = issuerDocument({ issuer: EVIL, token_endpoint: `${EVIL}/token`, ...issuer })
  world.network.on(`${EVIL}/.well-known/oauth-authorization-server`, () => json(document))
  world.network.on(`${EVIL}/token`, () => json(tokenDocument()))
  return world
}

describe('D1: an authorization server that wants another one’s code', () => {
  it('gets none: the honest server’s iss is not the recorded issuer', async () => {
    const world = mixedUp({})
    await expectRefusal(world, world.signIn(), 'redirect_issuer_mismatch')
  })

  it('gets none when it never announced iss: a value that came is compared all the same', async () => {
    const world = mixedUp({ authorization_response_iss_parameter_supported: undefined })
    await expectRefusal(world, world.signIn(), 'redirect_issuer_mismatch')
  })

  it('gets none when the honest server is silent and it announced iss itself', async () => {
    const response = (request: URLSearchParams) => ({ ...approve(request), iss: undefined })
    const world = mixedUp({}, { response })
    await expectRefusal(world, world.signIn(), 'redirect_issuer_missing')
  })

  it('cannot speak under the honest one’s name', async () => {
    const world = mixedUp({ issuer: ISSUER })
    await expectRefusal(world, world.signIn(), 'issuer_mismatch')
    equal(world.pages.length, 0)
  })
})

describe('D2: a code of someone else’s', () => {
  it('is not exchanged without the state of this request', async () => {
    const stop = new AbortController()
    const world = fakeWorld({
      response: () => {
        setImmediate(() => stop.abort())
        return { code: 'the-code', state: 'of-another-browser', iss: ISSUER }
      },
    })
    await expectRefusal(world, world.signIn({}, stop.signal), 'cancelled')
    equal(world.network.to(TOKEN).length, 0)
  })

  it('is bound to a verifier that is new each time and shown to nobody', async () => {
    const world = fakeWorld()
    await world.signIn()
    await world.signIn()
    const [first, second] = world.network.to(TOKEN).map(({ body }) => body.get('code_verifier'))
    ok(first)
    notEqual(first, second)
    assertContained(world, HONEST)
  })
})

describe('D3: metadata of another resource', () => {
  const foreign = [
    `${EVIL}/mcp`,
    'https://mcp.service.test.evil.test/mcp',
    'https://mcp.service.test/other',
    'http://mcp.service.test/mcp',
    'https://MCP.service.test/mcp2',
    '',
  ]
  for (const resource of foreign) {
    it(`"${resource}" ends the sign-in before anything is opened`, async () => {
      const world = fakeWorld({ resource: { resource } })
      await expectRefusal(world, world.signIn(), 'resource_mismatch')
      equal(world.pages.length + world.receiver.opened, 0)
    })
  }
})

describe('D4: an authorization_endpoint that is more than an address', () => {
  const dangerous = [
    'javascript:alert(document.cookie)',
    'file:///bin/sh',
    'vscode://evil.ext/run?x',
    'command:workbench.action.terminal.new',
    'data:text/html,<script>',
    'vbscript:x',
    'ms-msdt:/id%20PCWDiagnostic',
    'ssh://-oProxyCommand=calc/',
    'http://login.service.test/authorize',
    '//login.service.test/authorize',
    '\\\\evil.test\\share',
    'https://login.service.test@evil.test:x/authorize',
    ' ',
  ]
  for (const url of dangerous) {
    it(`is not opened: ${url}`, async () => {
      const world = fakeWorld({ issuer: { authorization_endpoint: url } })
      const { endpoint } = await expectRefusal(world, world.signIn(), 'endpoint_insecure')
      equal(endpoint, 'authorization_endpoint')
      equal(world.pages.length, 0)
    })
  }

  it('is opened as a URL is written, so that no character of a command line is left bare', async () => {
    const path = '/a b"<>`{}|^\n\t\u0000$(calc)&;'
    const world = fakeWorld({ issuer: { authorization_endpoint: `${ISSUER}${path}` } })
    await world.signIn()
    const [page = ''] = world.pages
    equal(/[\s"<>`\\\u0000-\u001f]/.test(page), false, page)
    equal(new URL(page).origin, ISSUER)
  })
})

describe('D9: a stolen redirect', () => {
  it('holds nothing that can be used: no verifier and no secret stands in any address', async () => {
    const world = fakeWorld({
      sources: {
        preRegistered: [
          {
            issuer: ISSUER,
            clientId: 'client',
            authentication: { method: 'client_secret_basic', secret: 'the-client-secret' },
            redirectUris: undefined,
          },
        ],
      },
    })
    await world.signIn()
    assertContained(world, HONEST)
    for (const url of [...world.pages, ...world.network.sent.map((request) => request.url)])
      equal(url.includes('the-client-secret'), false)
    equal(JSON.stringify(world.log.events).includes('the-client-secret'), false)
  })
})

describe('D16: a response to another window’s request', () => {
  it('is of no use here: the state is another', async () => {
    const stop = new AbortController()
    const theirs = fakeWorld()
    await theirs.signIn()
    const stolen = theirs.opened[0]?.get('state') ?? ''
    const world = fakeWorld({
      response: () => {
        setImmediate(() => stop.abort())
        return { code: 'the-code', state: stolen, iss: ISSUER }
      },
    })
    await expectRefusal(world, world.signIn({}, stop.signal), 'cancelled')
  })
})

describe('Two windows of one person', () => {
  it('share no pending request: a window’s verifier is its own', async () => {
    const world = fakeWorld()
    const other = createSignetClient(world.ports, async () => ({
      preRegistered: [],
      published: undefined,
      dynamicRegistration: false,
      clientName: 'x',
    }))
    await world.signIn()
    equal((await other.sessions.list()).length, 1)
    equal(
      [...world.secrets.entries.values()].some((value) =>
        world.minted.slice(0, 2).some((token) => value.includes(token)),
      ),
      false,
    )
  })
})
