import { deepEqual, equal, ok } from 'node:assert/strict'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import { fakeWorld, ISSUER, PRM, resourceDocument, SERVER } from '../support/fake-world.ts'

const ROOT_PRM = 'https://mcp.service.test/.well-known/oauth-protected-resource'

describe('Protected resource metadata (A1.1 to A1.8)', () => {
  it('is asked for where the challenge says, and nowhere else (A1.2)', async () => {
    const elsewhere = 'https://mcp.service.test/metadata.json'
    const world = fakeWorld({ challenge: `Bearer resource_metadata="${elsewhere}"` })
    world.network.on(elsewhere, () => json(resourceDocument()))
    await world.signIn()
    equal(world.network.to(elsewhere).length, 1)
    // Asked early, and given up (early-question.test.ts).
    equal(world.network.to(ROOT_PRM).length, 0)
  })

  it('is asked for at the path form, and the root form only after a 4xx (A1.3, A1.4)', async () => {
    const world = fakeWorld({ challenge: 'Bearer' })
    await world.signIn()
    equal(world.network.to(ROOT_PRM).length, 0, 'the path form had answered')

    const rootOnly = fakeWorld({ challenge: 'Bearer' })
    rootOnly.network.on(PRM, () => new Response(null, { status: 404 }))
    rootOnly.network.on(ROOT_PRM, () => json(resourceDocument()))
    await rootOnly.signIn()
    equal(rootOnly.network.to(ROOT_PRM).length, 1)
  })

  it('names every place that was tried when there is none (A2.13)', async () => {
    const world = fakeWorld({ challenge: 'Bearer' })
    world.network.on(PRM, () => new Response(null, { status: 404 }))
    world.network.on(ROOT_PRM, () => new Response(null, { status: 401 }))
    const { tried } = await expectCode(world.signIn(), 'resource_metadata_missing')
    deepEqual(tried, [PRM, ROOT_PRM])
  })

  const broken: [string, () => Response][] = [
    ['HTML', () => new Response('<html>')],
    ['an array', () => json([])],
    ['status 203', () => json(resourceDocument(), 203)],
    ['no authorization_servers (A1.6)', () => json({ resource: SERVER })],
    [
      'empty authorization_servers (A1.6)',
      () => json(resourceDocument({ authorization_servers: [] })),
    ],
    [
      'a list of authorization servers nobody could choose from',
      () => {
        const names = Array.from({ length: 17 }, (_, n) => `https://login${n}.service.test`)
        return json(resourceDocument({ authorization_servers: names }))
      },
    ],
    ['a number as resource', () => json(resourceDocument({ resource: 1 }))],
  ]
  for (const [name, answer] of broken) {
    it(`is refused when it is ${name}`, async () => {
      const world = fakeWorld()
      world.network.on(PRM, answer)
      await expectCode(world.signIn(), 'resource_metadata_invalid')
      equal(world.opened.length, 0)
    })
  }

  for (const resource of [
    'https://other.test/mcp',
    'https://mcp.service.test/mc',
    'https://mcp.service.test/mcp/tools',
    'https://mcp.service.test:444/mcp',
    'http://mcp.service.test/mcp',
    'https://mcp.service.test@evil.test/mcp',
    'https://mcp.service.test/mcp#x',
  ]) {
    it(`is refused when it is about ${resource}, before any browser opens (A1.5)`, async () => {
      const world = fakeWorld({ resource: { resource } })
      const detail = await expectCode(world.signIn(), 'resource_mismatch')
      equal(detail.expected, SERVER)
      equal(world.opened.length, 0)
    })
  }

  it('may name a parent path of the same origin, which is noted and sent verbatim (A1.5)', async () => {
    const world = fakeWorld({ resource: { resource: 'https://mcp.service.test' } })
    const session = await world.signIn()
    equal(session.resource, 'https://mcp.service.test')
    equal(world.opened[0]?.get('resource'), 'https://mcp.service.test')
    const event = world.log.events.find(({ step }) => step === 'resource-metadata')
    equal(event?.outcome, 'note')
  })

  for (const url of [
    'http://mcp.service.test/metadata.json',
    'http://169.254.169.254/latest',
    'https://169.254.169.254/latest',
    'https://127.0.0.1/metadata.json',
    'https://[::1]/metadata.json',
    'https://localhost/metadata.json',
    'file:///etc/passwd',
    'https://user@mcp.service.test/metadata.json',
  ]) {
    it(`is not fetched from ${url} (A1.7)`, async () => {
      const world = fakeWorld({ challenge: `Bearer resource_metadata="${url}"` })
      equal((await expectCode(world.signIn(), 'endpoint_insecure')).endpoint, 'resource_metadata')
      equal(world.network.to(url).length, 0)
    })
  }

  it('is cut off at its size limit, whatever Content-Length says (A1.7)', async () => {
    const world = fakeWorld()
    let sent = 0
    world.network.on(PRM, () => {
      const body = new ReadableStream({
        pull: (controller) => {
          sent += 65_536
          controller.enqueue(new Uint8Array(65_536).fill(32))
        },
      })
      return new Response(body, { headers: { 'content-length': '10' } })
    })
    await expectCode(world.signIn(), 'response_too_large')
    ok(sent < 1_000_000, 'the transfer was stopped')
  })

  it('lets the person choose between several authorization servers (A1.6)', async () => {
    const servers = ['https://first.test', ISSUER]
    const asked: (readonly string[])[] = []
    const world = fakeWorld({
      resource: { authorization_servers: servers },
      ports: {
        chooseIssuer: async (offered) => {
          asked.push(offered)
          return ISSUER
        },
      },
    })
    const session = await world.signIn()
    equal(session.issuer, ISSUER)
    await world.signIn({ previous: session })
    deepEqual(asked, [servers], 'the choice is stable')
  })

  it('does not hop to one of several servers that nobody chose (A1.6)', async () => {
    const servers = ['https://first.test', ISSUER]
    const world = fakeWorld({ resource: { authorization_servers: servers } })
    deepEqual((await expectCode(world.signIn(), 'issuer_not_chosen')).issuers, servers)
  })
})
