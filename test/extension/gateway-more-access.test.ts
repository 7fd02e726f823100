import { deepEqual, equal } from 'node:assert/strict'
import type { RequestListener, ServerResponse } from 'node:http'
import { PERSON_TIMEOUT_MS, QUIET_AFTER_REFUSAL_MS } from '../../extension/src/gateway/limits.ts'
import { json } from '../support/fake-ports.ts'
import { TOKEN, tokenDocument } from '../support/fake-world.ts'
import { rpcFailure, type GatewayWorld, withinGateway as within } from '../support/gateway-world.ts'
import { answerJson } from '../support/gateway-answers.ts'

const timersLeft = ({ timers }: GatewayWorld) => timers.waiting.size

const insufficient = (response: ServerResponse, scope = 'write') =>
  void response
    .writeHead(403, {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"`,
    })
    .end('no')

/** Accepts tokens that the world issued for this scope. */
const needsScope =
  (scope: string, granted: ReadonlyMap<string, string>): RequestListener =>
  (request, response) => {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length)
    if (granted.get(token)?.split(' ').includes(scope) === true) answerJson(response)
    else insufficient(response, scope)
  }

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
      // Both wait for the person: each has its timer.
      while (timersLeft(world) < 2) await new Promise((resolve) => void setImmediate(resolve))
      agreed.resolve(undefined)
      deepEqual(
        (await Promise.all(waiting)).map(({ status, body }) => [status, body]),
        [
          [200, '{}'],
          [200, '{}'],
        ],
      )
      deepEqual(
        world.asked.map(({ scopes }) => scopes),
        [['write']],
      )
      equal((await world.ask()).body, '{}')
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
      equal((await next).body, '{}')
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
    const answer: RequestListener = (request, response) => {
      if (request.headers['mcp-name'] === 'read') answerJson(response)
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
      equal((await world.ask()).body, '{}')
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
