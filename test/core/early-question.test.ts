import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Fetch } from '@signet/core'
import { askEarly } from '../../extension/core/src/early-question.ts'
import { expectCode } from '../support/expect-code.ts'
import { json, type Route } from '../support/fake-ports.ts'
import { fakeWorld, ISSUER, PRM, resourceDocument, SERVER } from '../support/fake-world.ts'

const ROOT_PRM = 'https://mcp.service.test/.well-known/oauth-protected-resource'
const ELSEWHERE = 'https://mcp.service.test/metadata.json'
const NAMED = `Bearer resource_metadata="${PRM}"`
const NAMED_ELSEWHERE = `Bearer resource_metadata="${ELSEWHERE}"`

/** Never answers, and tells when it is given up. */
function silent(): { readonly route: Route; readonly signals: AbortSignal[] } {
  const signals: AbortSignal[] = []
  const route: Route = async (_request, signal) => {
    signals.push(signal)
    return await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  }
  return { route, signals }
}

describe('The resource’s metadata, asked for beside the challenge (A1.2, A1.3; issue B, speed)', () => {
  for (const challenge of [NAMED, 'Bearer']) {
    it(`is under way before the server has answered, and asked for once, after ${challenge}`, async () => {
      const world = fakeWorld({ challenge })
      const asked = Promise.withResolvers<undefined>()
      world.network.on(PRM, () => {
        asked.resolve(undefined)
        return json(resourceDocument())
      })
      // One after the other, this would wait for ever.
      world.network.on(SERVER, async () => {
        await asked.promise
        return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })
      })
      await world.signIn()
      equal(world.network.to(PRM).length, 1)
      equal(world.network.sent.length, 4)
    })
  }

  it('is given up, unread, as soon as the challenge names another place (A1.2)', async () => {
    const world = fakeWorld({ challenge: NAMED_ELSEWHERE })
    let read = 0
    let cancelled = false
    world.network.on(PRM, (_request, signal) => {
      const rogue = JSON.stringify(
        resourceDocument({ authorization_servers: ['https://evil.test'] }),
      )
      const body = new ReadableStream(
        {
          pull: (controller) => {
            read += 1
            controller.enqueue(new TextEncoder().encode(rogue))
            controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      signal.addEventListener('abort', () => (cancelled = true))
      return new Response(body)
    })
    world.network.on(ELSEWHERE, () => {
      equal(cancelled, true, 'before the other one is asked for')
      return json(resourceDocument())
    })
    equal((await world.signIn()).issuer, ISSUER)
    equal(read, 0)
    equal(world.network.to(ELSEWHERE).length, 1)
    equal(world.network.to(ROOT_PRM).length, 0)
  })

  const failures: [string, Route][] = [
    ['no answer', async () => await Promise.reject(new TypeError('fetch failed'))],
    ['an error', () => new Response('no', { status: 500 })],
    ['something else', () => new Response('<html>')],
  ]
  for (const [name, route] of failures) {
    it(`does no harm with ${name} where it is not due, and counts where it is`, async () => {
      const elsewhere = fakeWorld({ challenge: NAMED_ELSEWHERE })
      elsewhere.network.on(PRM, route)
      elsewhere.network.on(ELSEWHERE, () => json(resourceDocument()))
      await elsewhere.signIn()

      const due = fakeWorld({ challenge: 'Bearer' })
      due.network.on(PRM, route)
      due.network.on(ROOT_PRM, () => json(resourceDocument()))
      const code = name === 'something else' ? 'resource_metadata_invalid' : 'discovery_unreachable'
      await expectCode(due.signIn(), code)
      equal(due.network.to(PRM).length, 1)
      equal(due.network.to(ROOT_PRM).length, 0, 'only a 4xx leads on (A1.3)')
    })
  }

  it('leads on to the root form after a 4xx, and is not asked again (A1.3)', async () => {
    const world = fakeWorld({ challenge: 'Bearer' })
    world.network.on(PRM, () => new Response(null, { status: 404 }))
    world.network.on(ROOT_PRM, () => json(resourceDocument()))
    await world.signIn()
    deepEqual([world.network.to(PRM).length, world.network.to(ROOT_PRM).length], [1, 1])
  })

  const answers: [string, number, 'server_open' | 'server_unexpected_status'][] = [
    ['without a sign-in', 200, 'server_open'],
    ['with an error', 503, 'server_unexpected_status'],
  ]
  for (const [name, status, code] of answers) {
    it(`is given up when the server answers ${name}, and changes nothing of that`, async () => {
      const world = fakeWorld()
      const { route, signals } = silent()
      world.network.on(PRM, route)
      world.network.on(SERVER, () => new Response(null, { status }))
      await expectCode(world.signIn(), code)
      deepEqual(
        signals.map(({ aborted }) => aborted),
        [true],
      )
    })
  }

  it('is given up when the challenge leads where it may not (A1.7)', async () => {
    const world = fakeWorld({ challenge: 'Bearer resource_metadata="https://10.0.0.1/prm"' })
    const { route, signals } = silent()
    world.network.on(PRM, route)
    await expectCode(world.signIn(), 'endpoint_insecure')
    equal(signals[0]?.aborted, true)
  })

  it('is not asked for early when a challenge is at hand', async () => {
    const world = fakeWorld()
    world.network.on(ELSEWHERE, () => json(resourceDocument()))
    const challenge = {
      resourceMetadata: ELSEWHERE,
      scopes: ['read'],
      error: undefined,
      dpop: false,
    }
    await world.signIn({ challenge })
    equal(world.network.to(SERVER).length, 0)
    equal(world.network.to(PRM).length, 0)
    equal(world.network.sent.length, 3)
  })

  it('goes to the server’s own origin only, on its word, and without anything confidential', async () => {
    const world = fakeWorld()
    await world.signIn()
    const [early] = world.network.to(PRM)
    deepEqual(early && { method: early.method, headers: early.headers, namedBy: early.namedBy }, {
      method: 'GET',
      headers: { accept: 'application/json' },
      namedBy: 'mcp.service.test',
    })
  })

  it('has the limits of any other request when it is due: size (A1.7)', async () => {
    const world = fakeWorld()
    let sent = 0
    world.network.on(PRM, () => {
      const pull = (controller: ReadableStreamDefaultController) => {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      }
      return new Response(new ReadableStream({ pull }))
    })
    await expectCode(world.signIn(), 'response_too_large')
    ok(sent < 1_000_000, 'the transfer was stopped')
  })

  it('has the limits of any other request when it is due: time (A1.7)', async () => {
    const world = fakeWorld()
    const { route, signals } = silent()
    world.network.on(PRM, route)
    const signIn = world.signIn()
    await world.settled()
    world.clock.advance(20_000)
    const { reason } = await expectCode(signIn, 'discovery_unreachable')
    equal(reason, 'timeout')
    equal(signals[0]?.aborted, true)
  })

  it('ends when the person cancels', async () => {
    const world = fakeWorld()
    const early = silent()
    world.network.on(PRM, early.route)
    world.network.on(SERVER, silent().route)
    const person = new AbortController()
    const signIn = world.signIn({}, person.signal)
    await world.settled()
    person.abort()
    await expectCode(signIn, 'cancelled')
    equal(early.signals[0]?.aborted, true)
  })

  it('gives its answer once: whoever asks again asks the server', async () => {
    const sent: string[] = []
    const fetch: Fetch = async (url) => {
      sent.push(url)
      return await Promise.resolve(new Response(String(sent.length)))
    }
    const { signal } = new AbortController()
    const { ports } = askEarly({ fetch }, PRM, signal)
    const init = { method: 'GET', headers: {}, body: undefined, signal }
    const answers = [await ports.fetch(PRM, init), await ports.fetch(PRM, init)]
    deepEqual(await Promise.all(answers.map(async (answer) => await answer.text())), ['1', '2'])
  })
})
