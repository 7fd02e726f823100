import { equal, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { withinGateway as within } from '../support/gateway-world.ts'
import { textOf } from '../support/gateway-answers.ts'

/** The next thing a real server does, told from the test. */
function deferred<T>() {
  return Promise.withResolvers<T>()
}

describe('Streams through the gateway', () => {
  const EVENT_STREAM = { 'content-type': 'text/event-stream' }
  /** A stream with one event, and the end of it as the server sees it. */
  const streamsUntil =
    (closed: PromiseWithResolvers<undefined>): RequestListener =>
    (_request, response) => {
      response.writeHead(200, EVENT_STREAM).write('data: 1\n\n')
      response.once('close', () => closed.resolve(undefined))
    }

  it('opens a stream before its first event, and passes each event when it comes', async () => {
    const opened = deferred<ServerResponse>()
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM).flushHeaders()
        opened.resolve(response)
      },
      async (world) => {
        const answer = await world.open({ method: 'GET' }).answer
        equal(answer.headers['content-type'], 'text/event-stream')
        const upstream = await opened.promise
        for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
          upstream.write(event)
          const [chunk] = (await once(answer, 'data')) as [Buffer]
          equal(chunk.toString('utf8'), event)
        }
        upstream.end()
        await once(answer, 'end')
      },
    )
  })

  it('stops reading from a server when the editor does not read', async () => {
    const PIECE = Buffer.alloc(65_536, 'x')
    const blocked = deferred<number>()
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM)
        let sent = 0
        const more = () => {
          // Far more than all socket buffers on the way can hold.
          while (sent < 64 * 1_048_576) {
            sent += PIECE.length
            if (response.write(PIECE)) continue
            response.once('drain', more)
            return
          }
          response.end()
        }
        more()
        // Blocked for good once the buffers on the way are full.
        let last = -1
        const watch = setInterval(() => {
          if (sent === last) blocked.resolve(sent)
          last = sent
        }, 200)
        response.once('close', () => clearInterval(watch))
      },
      async (world) => {
        const answer = await world.open({ method: 'GET' }).answer
        answer.pause()
        const sent = await blocked.promise
        ok(sent < 64 * 1_048_576, `${sent} bytes were taken in`)
        let size = 0
        for await (const chunk of answer) size += (chunk as Buffer).length
        equal(size, 64 * 1_048_576)
      },
    )
  })

  it('ends the server’s side when the editor vanishes in mid-stream', async () => {
    const closed = deferred<undefined>()
    await within(streamsUntil(closed), async (world) => {
      const { outgoing, answer } = world.open({ method: 'GET' })
      await once(await answer, 'data')
      outgoing.destroy()
      await closed.promise
      equal(world.failures.length, 0, 'nobody failed')
    })
  })

  it('ends the server’s side when the editor leaves before there is an answer', async () => {
    const arrived = deferred<undefined>()
    const closed = deferred<undefined>()
    await within(
      (request) => {
        request.socket.once('close', () => closed.resolve(undefined))
        arrived.resolve(undefined)
      },
      async (world) => {
        const { outgoing } = world.open()
        await arrived.promise
        outgoing.destroy()
        await closed.promise
        equal(world.failures.length, 0)
      },
    )
  })

  it('breaks off towards the editor when the server resets in mid-stream', async () => {
    await within(
      (_request, response) => {
        response.writeHead(200, EVENT_STREAM).write('data: 1\n\n')
        setImmediate(() => response.socket?.resetAndDestroy())
      },
      async (world) => {
        await rejects(textOf(await world.open({ method: 'GET' }).answer))
      },
    )
  })

  it('ends the streams of a server that chat stops using, on both sides', async () => {
    const closed = deferred<undefined>()
    await within(streamsUntil(closed), async (world) => {
      const answer = await world.open({ method: 'GET' }).answer
      await once(answer, 'data')
      const read = textOf(answer)
      world.gateway.shut(world.session.id)
      await rejects(read)
      await closed.promise
    })
  })

  it('ends its streams when the extension is deactivated, on both sides', async () => {
    const closed = deferred<undefined>()
    await within(streamsUntil(closed), async (world) => {
      const answer = await world.open({ method: 'GET' }).answer
      await once(answer, 'data')
      const read = textOf(answer)
      await world.gateway.close()
      await rejects(read)
      await closed.promise
      await rejects(world.ask(), 'nobody listens any more')
    })
  })
})
