import { deepEqual, equal } from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  PERSON_TIMEOUT_MS,
  QUIET_AFTER_REFUSAL_MS,
  REPLAY_BODY_BYTES,
} from '../../extension/src/gateway/limits.ts'
import { json } from '../support/fake-ports.ts'
import { TOKEN, tokenDocument, type WorldFacts } from '../support/fake-world.ts'
import { CALL, gatewayWorld, rpcFailure, type GatewayWorld } from '../support/gateway-world.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function within(
  answer: Answer,
  test: (world: GatewayWorld) => Promise<void>,
  facts: WorldFacts = {},
) {
  const world = await gatewayWorld(answer, facts)
  try {
    await test(world)
  } finally {
    await world.close()
  }
}

const timersLeft = ({ timers }: GatewayWorld) => timers.waiting.size

const ok = (response: ServerResponse, body = '{"ok":true}') =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(body)

const unauthorized = (response: ServerResponse) =>
  void response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('no')

const insufficient = (response: ServerResponse, scope = 'write') =>
  void response
    .writeHead(403, {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"`,
    })
    .end('no')

/** Accepts one token. */
const accepts =
  (token: string): Answer =>
  (request, response) => {
    if (request.headers.authorization === `Bearer ${token}`) ok(response)
    else unauthorized(response)
  }

/** Accepts tokens that the world issued for this scope. */
const needsScope =
  (scope: string, granted: ReadonlyMap<string, string>): Answer =>
  (request, response) => {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length)
    if (granted.get(token)?.split(' ').includes(scope) === true) ok(response)
    else insufficient(response, scope)
  }

describe('Tokens that expire behind the gateway', () => {
  it('renews a refused token once and sends the request again (A7.46)', async () => {
    await within(accepts('fresh'), async (world) => {
      world.refreshTo('fresh')
      const { status, body } = await world.ask()
      deepEqual([status, body], [200, '{"ok":true}'])
      deepEqual(
        world.received.map(({ body: sent }) => sent),
        [CALL, CALL],
        'the same body twice',
      )
      equal(world.asked.length, 0, 'nobody was asked')
    })
  })

  it('renews once for many requests (G6)', async () => {
    await within(accepts('fresh'), async (world) => {
      world.refreshTo('fresh')
      const before = world.network.to(TOKEN).length
      const all = await Promise.all(Array.from({ length: 64 }, async () => await world.ask()))
      deepEqual(new Set(all.map(({ status }) => status)), new Set([200]))
      equal(world.network.to(TOKEN).length, before + 1)
    })
  })

  it('renews ahead of expiry, so that no request meets it', async () => {
    await within(
      (_request, response) => ok(response),
      async (world) => {
        world.refreshTo('fresh')
        await world.ask()
        world.clock.advance(3_541_000)
        await world.ask()
        deepEqual(
          world.received.map(({ headers }) => headers.authorization),
          ['Bearer the-access-token', 'Bearer fresh'],
        )
      },
    )
  })

  it('renews a token of 5 seconds every few seconds, not for each request', async () => {
    await within(
      (_request, response) => ok(response),
      async (world) => {
        let renewals = 0
        world.network.on(TOKEN, () => {
          renewals += 1
          return json(tokenDocument({ access_token: `t${renewals}`, expires_in: 5 }))
        })
        for (let second = 0; second < 20; second += 1) {
          for (let n = 0; n < 3; n += 1) await world.ask()
          world.clock.advance(1000)
        }
        equal(renewals, 7)
      },
      { token: { expires_in: 5 } },
    )
  })

  it('renews while a stream stays open, and the stream goes on', async () => {
    const streams: ServerResponse[] = []
    await within(
      (request, response) => {
        if (request.method !== 'GET') {
          accepts('fresh')(request, response)
          return
        }
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
        streams.push(response)
      },
      async (world) => {
        const answer = await world.open({ method: 'GET' }).answer
        const events: string[] = []
        answer.setEncoding('utf8').on('data', (event: string) => events.push(event))
        world.refreshTo('fresh')
        equal((await world.ask()).status, 200)
        streams[0]?.end('data: 2\n\n')
        await new Promise((resolve) => answer.once('end', resolve))
        equal(events.join(''), 'data: 1\n\ndata: 2\n\n')
        equal(streams.length, 1)
      },
    )
  })

  it('says that the sign-in server is unreachable, and works again when it is back', async () => {
    await within(accepts('fresh'), async (world) => {
      world.network.on(TOKEN, () => {
        throw new TypeError('fetch failed')
      })
      deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'token_unreachable' })
      equal(world.asked.length, 0, 'a network error signs nobody out')
      world.refreshTo('fresh')
      equal((await world.ask()).status, 200)
    })
  })

  it('sends a long body once, and asks the editor to repeat it with the renewed token', async () => {
    await within(accepts('fresh'), async (world) => {
      world.refreshTo('fresh')
      const long = Buffer.alloc(REPLAY_BODY_BYTES + 1, ' ')
      equal((await world.ask({ body: long })).status, 503)
      equal((await world.ask({ body: long })).status, 200)
    })
  })

  it('asks for one new sign-in when the session is lost, and goes on with it', async () => {
    await within(accepts('new'), async (world) => {
      world.network.on(TOKEN, ({ body }) =>
        body.get('grant_type') === 'refresh_token'
          ? json({ error: 'invalid_grant' }, 400)
          : json(tokenDocument({ access_token: 'new' })),
      )
      const all = await Promise.all([world.ask(), world.ask(), world.ask()])
      deepEqual(
        all.map(({ status, body }) => [status, body]),
        all.map(() => [200, '{"ok":true}']),
      )
      equal(world.asked.length, 1)
    })
  })

  it('never passes a 401 on, whatever the server does (A7.46)', async () => {
    await within(
      (_request, response) => unauthorized(response),
      async (world) => {
        world.refreshTo('fresh')
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'step_up_refused' })
        equal((await world.ask({ method: 'GET' })).status, 503)
        equal((await world.ask({ method: 'DELETE' })).status, 503)
      },
    )
  })
})

describe('Requests that need more access than was granted', () => {
  /** Every sign-in with this world's answer grants what it asks for, under a token of its own. */
  function grants() {
    const byToken = new Map<string, string>([['the-access-token', 'read']])
    const grant = (world: GatewayWorld) =>
      world.network.on(TOKEN, () => {
        const token = `t${byToken.size}`
        const scope = world.opened.at(-1)?.get('scope') ?? ''
        byToken.set(token, scope)
        return json(tokenDocument({ access_token: token, scope }))
      })
    return { byToken, grant }
  }

  it('wait for one person, who is asked once, and then go on (A7.46)', async () => {
    const { byToken, grant } = grants()
    await within(needsScope('write', byToken), async (world) => {
      grant(world)
      const agreed = Promise.withResolvers<undefined>()
      const signIn = world.person.answer
      world.person.answer = async (session, challenge) => {
        await agreed.promise
        return await signIn(session, challenge)
      }
      const waiting = [world.ask(), world.ask()]
      agreed.resolve(undefined)
      deepEqual(
        (await Promise.all(waiting)).map(({ status, body }) => [status, body]),
        [
          [200, '{"ok":true}'],
          [200, '{"ok":true}'],
        ],
      )
      deepEqual(
        world.asked.map(({ scopes }) => scopes),
        [['write']],
      )
      equal((await world.ask()).body, '{"ok":true}')
      equal(world.asked.length, 1)
    })
  })

  it('become errors when the person says no, and nobody is asked again for a while', async () => {
    await within(
      (_request, response) => insufficient(response),
      async (world) => {
        world.person.answer = async () => undefined
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'step_up_refused' })
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'step_up_refused' })
        equal(world.asked.length, 1)
        world.clock.advance(QUIET_AFTER_REFUSAL_MS)
        await world.ask()
        equal(world.asked.length, 2, 'a no is not for ever')
      },
    )
  })

  it('become errors when nobody answers in time; a late yes helps the next one', async () => {
    const { byToken, grant } = grants()
    await within(needsScope('write', byToken), async (world) => {
      grant(world)
      const late = Promise.withResolvers<undefined>()
      const asking = Promise.withResolvers<undefined>()
      const signIn = world.person.answer
      let granted: Promise<unknown> = Promise.resolve()
      world.person.answer = async (session, challenge) => {
        asking.resolve(undefined)
        await late.promise
        const answer = signIn(session, challenge)
        granted = answer
        return await answer
      }
      const waiting = world.ask()
      await asking.promise
      world.timers.fire(PERSON_TIMEOUT_MS)
      deepEqual(rpcFailure(await waiting), { id: 7, code: 'step_up_refused' })
      const next = world.ask()
      late.resolve(undefined)
      equal((await next).body, '{"ok":true}')
      await granted
      equal(world.asked.length, 1)
    })
  })

  it('never go out with another account’s token', async () => {
    await within(
      (_request, response) => insufficient(response),
      async (world) => {
        world.person.answer = async (session) => ({ ...session, id: 'another account' })
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'step_up_refused' })
        equal(world.received.length, 1)
      },
    )
  })

  it('use what another window has been granted, without asking', async () => {
    const { byToken, grant } = grants()
    const answer: Answer = (request, response) => {
      if (request.headers['mcp-name'] === 'read') ok(response)
      else needsScope('write', byToken)(request, response)
    }
    await within(answer, async (world) => {
      await world.ask({ headers: { 'mcp-name': 'read' } })
      grant(world)
      // Another window's client on the same store.
      await world.signIn({
        serverUrl: world.serverUrl,
        previous: world.session,
        challenge: {
          scopes: ['write'],
          resourceMetadata: undefined,
          error: undefined,
          dpop: false,
        },
      })
      equal((await world.ask()).body, '{"ok":true}')
      equal(world.asked.length, 0)
    })
  })

  it('end at most three sign-ins later when the server is never content (A7.46)', async () => {
    const { grant } = grants()
    await within(
      (_request, response) => insufficient(response),
      async (world) => {
        grant(world)
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'step_up_refused' })
        equal(world.asked.length, 3)
      },
    )
  })

  it('stop waiting when the editor leaves', async () => {
    await within(
      (_request, response) => insufficient(response),
      async (world) => {
        const asking = Promise.withResolvers<undefined>()
        world.person.answer = async () => {
          asking.resolve(undefined)
          return await new Promise(() => undefined)
        }
        const { outgoing } = world.open()
        await asking.promise
        equal(timersLeft(world), 1)
        outgoing.destroy()
        while (timersLeft(world) > 0) await new Promise((resolve) => void setImmediate(resolve))
        equal(world.failures.length, 0)
      },
    )
  })

  it('become errors for a 403 that no sign-in can change, and nobody is asked', async () => {
    await within(
      (_request, response) => void response.writeHead(403).end('forbidden'),
      async (world) => {
        deepEqual(rpcFailure(await world.ask()), { id: 7, code: 'token_rejected' })
        equal((await world.ask({ method: 'GET' })).status, 503)
        equal(world.asked.length, 0)
      },
    )
  })
})
