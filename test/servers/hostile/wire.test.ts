import { equal, ok } from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import type { ServerResponse } from 'node:http'
import { accessOf, tokenDocument } from '../../support/fake-world.ts'
import {
  hungUp,
  METADATA_PATH,
  networkWorld,
  PRM_PATH,
  redirectTo,
  reply,
  type Answer,
  type NetworkWorld,
} from './network-world.ts'
import { assertContained, expectRefusal } from './witness.ts'

const MEGABYTE = 1_048_576
const JSON_TYPE = { 'content-type': 'application/json' }
/** Longer than any limit of one request. */
const PATIENCE_MS = 60_000

/** Writes until the other side hangs up, and tells how much that was. */
function flood(limitBytes: number, written: { bytes: number }): Answer {
  const chunk = Buffer.alloc(65_536, ' ')
  return (_request, response) => {
    const more = () => {
      while (!response.closed && written.bytes < limitBytes) {
        written.bytes += chunk.length
        if (!response.write(chunk)) {
          response.once('drain', more)
          return
        }
      }
      response.end()
    }
    more()
  }
}

const bomb: Answer = (_request, response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' })
  response.end(gzipSync(Buffer.alloc(100 * MEGABYTE, ' ')))
}

describe('What a hostile server does to the connection', () => {
  let world: NetworkWorld
  beforeEach(async () => {
    world = await networkWorld()
  })
  afterEach(async () => await world.close())

  /** The client's patience ends while the server keeps it waiting: after some bytes, or after none. */
  const slowLoris =
    (first: string): Answer =>
    (_request, response) => {
      if (first !== '') response.writeHead(200, JSON_TYPE).write(first)
      world.clock.advance(PATIENCE_MS)
    }

  it('is harmless when nobody is hostile: the world of these tests works', async () => {
    const session = await world.signIn()
    equal(session.server, world.serverUrl)
    assertContained(world, world.parties)
    equal(world.stranger.received.length, 0)
    equal(world.receiver.closed, 1)
  })

  it('metadata without an end is cut off at the limit (A1.7, D5)', async () => {
    // As good as endless for a limit of 256 KB, and no harm to the machine when the limit is broken.
    world.mcp.on(PRM_PATH, flood(64 * MEGABYTE, { bytes: 0 }))
    await expectRefusal(world, world.signIn(), 'response_too_large')
  })

  it('metadata of 100 MB is not read to its end (A1.7, D5)', async () => {
    const written = { bytes: 0 }
    let left: ServerResponse | undefined
    world.as.on(METADATA_PATH, (request, response) => {
      left = response
      response.writeHead(200, { ...JSON_TYPE, 'content-length': String(100 * MEGABYTE) })
      flood(100 * MEGABYTE, written)(request, response)
    })
    await expectRefusal(world, world.signIn(), 'response_too_large')
    await hungUp(left!)
    ok(written.bytes < 100 * MEGABYTE, 'the rest was never sent')
  })

  it('a gzip bomb counts unpacked (A1.7, D5)', async () => {
    world.as.on(METADATA_PATH, bomb)
    await expectRefusal(world, world.signIn(), 'response_too_large')
  })

  it('a bomb as the token answer, too, and the code is not sent again (A6.39)', async () => {
    world.as.on('/token', bomb)
    await expectRefusal(world, world.signIn(), 'response_too_large', world.parties)
    equal(world.as.to('/token').length, 1)
  })

  for (const [name, first] of [
    ['one byte and then nothing', '{'],
    ['no answer at all', ''],
  ] as const) {
    it(`${name}: metadata are waited for so long and no longer (A1.7, D5)`, async () => {
      // Not the resource's own: that is asked for while its server is still expected to answer.
      world.as.on(METADATA_PATH, slowLoris(first))
      const { reason } = await expectRefusal(world, world.signIn(), 'discovery_unreachable')
      equal(reason, 'timeout')
    })

    it(`${name}: tokens, too, and the code is not sent again (A6.39)`, async () => {
      world.as.on('/token', slowLoris(first))
      const { reason } = await expectRefusal(
        world,
        world.signIn(),
        'token_unreachable',
        world.parties,
      )
      equal(reason, 'timeout')
      equal(world.as.to('/token').length, 1)
    })
  }

  it('a server that never answers the first request is given up on', async () => {
    world.mcp.on('/mcp', slowLoris(''))
    equal((await expectRefusal(world, world.signIn(), 'server_unreachable')).reason, 'timeout')
  })

  for (const status of [301, 302, 303, 307, 308]) {
    it(`metadata that redirect elsewhere with ${status} lead nowhere (A1.7, D5)`, async () => {
      world.stranger.on(
        '/prm',
        reply({ resource: world.serverUrl, authorization_servers: [world.as.origin] }),
      )
      world.mcp.on(PRM_PATH, redirectTo(`${world.stranger.origin}/prm`, status))
      equal(
        (await expectRefusal(world, world.signIn(), 'discovery_unreachable')).reason,
        'redirected',
      )
      equal(world.stranger.received.length, 0)
    })

    it(`a token endpoint that redirects with ${status} takes no code elsewhere (D7)`, async () => {
      world.as.on('/token', redirectTo(`${world.stranger.origin}/token`, status))
      world.stranger.on('/token', reply(tokenDocument()))
      const { reason } = await expectRefusal(
        world,
        world.signIn(),
        'token_unreachable',
        world.parties,
      )
      equal(reason, 'redirected')
      equal(world.stranger.received.length, 0)
      equal(world.as.to('/token').length, 1)
    })
  }

  it('metadata that redirect to themselves are asked for once', async () => {
    world.as.on(METADATA_PATH, redirectTo(METADATA_PATH))
    await expectRefusal(world, world.signIn(), 'discovery_unreachable')
    equal(world.as.to(METADATA_PATH).length, 1)
  })

  it('a server that redirects the first request elsewhere is not followed (D5)', async () => {
    world.mcp.on('/mcp', redirectTo(`${world.stranger.origin}/mcp`, 307))
    equal((await expectRefusal(world, world.signIn(), 'server_unreachable')).reason, 'redirected')
    equal(world.stranger.received.length, 0)
  })

  it('a registration that redirects is not repeated elsewhere', async () => {
    world.as.on(METADATA_PATH, (request, response) => {
      const { origin } = world.as
      const body = {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`,
        code_challenge_methods_supported: ['S256'],
      }
      reply(body)(request, response)
    })
    world.as.on('/register', redirectTo(`${world.stranger.origin}/register`, 307))
    await expectRefusal(world, world.signIn(), 'discovery_unreachable')
    equal(world.stranger.received.length, 0)
  })

  const broken: [string, Answer][] = [
    ['hangs up before its answer', (_request, response) => void response.destroy()],
    [
      'hangs up in the middle',
      (_request, response) => {
        response.writeHead(200, { ...JSON_TYPE, 'content-length': '500' })
        response.write('{"resource":', () => response.destroy())
      },
    ],
    ['speaks no HTTP', (_request, response) => void response.socket?.end('SSH-2.0-x\r\n')],
    ['sends a status nobody knows', (_request, response) => void response.writeHead(799).end('{}')],
    [
      'sends gzip that is none',
      (_request, response) =>
        void response.writeHead(200, { 'content-encoding': 'gzip' }).end('{}'),
    ],
  ]
  for (const [name, answer] of broken) {
    it(`a metadata host that ${name} ends discovery by a code`, async () => {
      world.mcp.on(PRM_PATH, answer)
      await expectRefusal(world, world.signIn(), 'discovery_unreachable')
    })

    it(`a token endpoint that ${name} gets the code once`, async () => {
      world.as.on('/token', answer)
      await expectRefusal(world, world.signIn(), 'token_unreachable', world.parties)
      equal(world.as.to('/token').length, 1)
    })
  }

  it('a refresh that is redirected, cut off or flooded costs nobody the session (D11)', async () => {
    const session = await world.signIn()
    const stored = new Map(world.secrets.entries)
    const answers = [redirectTo(`${world.stranger.origin}/token`, 307), broken[0]![1], bomb]
    for (const answer of answers) {
      world.as.on('/token', answer)
      const attempt = accessOf(world.client, session, 'the-access-token')
      await attempt.then(
        () => ok(false, 'no token can come of this'),
        (error: unknown) => assertContained(world, world.parties, error),
      )
      // Past the pause that follows failures in a row.
      world.clock.advance(60_000)
    }
    equal(world.stranger.received.length, 0)
    equal(JSON.stringify([...world.secrets.entries]), JSON.stringify([...stored]))
    world.as.on('/token', reply(tokenDocument({ access_token: 'the-next-token' })))
    equal((await accessOf(world.client, session, 'the-access-token')).accessToken, 'the-next-token')
  })
})
