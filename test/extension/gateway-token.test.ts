import { deepEqual, equal } from 'node:assert/strict'
import type { RequestListener, ServerResponse } from 'node:http'
import { REPLAY_BODY_BYTES } from '../../extension/src/gateway/limits.ts'
import { json } from '../support/fake-ports.ts'
import { TOKEN, tokenDocument } from '../support/fake-world.ts'
import { CALL, rpcFailure, withinGateway as within } from '../support/gateway-world.ts'
import { answerJson } from '../support/gateway-answers.ts'

const unauthorized = (response: ServerResponse) =>
  void response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('no')

/** Accepts one token. */
const accepts =
  (token: string): RequestListener =>
  (request, response) => {
    if (request.headers.authorization === `Bearer ${token}`) answerJson(response)
    else unauthorized(response)
  }

describe('Tokens that expire behind the gateway', () => {
  it('renews a refused token once and sends the request again (A7.46)', async () => {
    await within(accepts('fresh'), async (world) => {
      world.refreshTo('fresh')
      const { status, body } = await world.ask()
      deepEqual([status, body], [200, '{}'])
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
      (_request, response) => answerJson(response),
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
      (_request, response) => answerJson(response),
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
        all.map(() => [200, '{}']),
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
