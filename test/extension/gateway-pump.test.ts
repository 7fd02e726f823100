import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash, randomFillSync } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, Writable } from 'node:stream'
import { pump } from '../../extension/src/gateway/pump.ts'
import { withinGateway } from '../support/gateway-world.ts'

/** A body whose connection and whose taker a test moves by hand. */
function byHand() {
  const socket = new EventEmitter()
  const answer = Object.assign(new PassThrough(), { socket, complete: false })
  const writes: ((error?: Error) => void)[] = []
  const response = new Writable({ write: (_chunk, _encoding, done) => void writes.push(done) })
  response.on('error', () => undefined)
  pump(answer as unknown as IncomingMessage, response as unknown as ServerResponse)
  /** A read of the connection, and the chunks that the parser makes of it. */
  const read = async (bytes: Buffer, ...chunks: readonly Buffer[]) => {
    for (const chunk of chunks) answer.push(chunk)
    await new Promise((resolve) => void setImmediate(resolve))
    socket.emit('data', bytes)
  }
  return { answer, response, writes, read }
}

const own = (size = 1000) => Buffer.from(new ArrayBuffer(size))
const freed = ({ buffer }: Buffer) => (buffer as ArrayBuffer).detached

describe('The memory of a stream through the gateway', () => {
  it('of a read is free when it has been parsed', async () => {
    const { read } = byHand()
    const [bytes, chunk] = [own(), own()]
    await read(bytes, chunk)
    deepEqual([freed(bytes), freed(chunk)], [true, false])
  })

  it('of a chunk is free when it and the next one have been written', async () => {
    const { writes, read } = byHand()
    const [first, second] = [own(), own()]
    await read(own(), first)
    writes.shift()?.()
    await read(own(), second)
    equal(freed(first), false, 'the next one may not be written yet')
    writes.shift()?.()
    await new Promise((resolve) => void setImmediate(resolve))
    deepEqual([freed(first), freed(second)], [true, false])
  })

  it('is kept while another chunk lies in it, where the parser copies nothing', async () => {
    const { writes, read } = byHand()
    const bytes = own()
    await read(bytes, bytes.subarray(10, 20), bytes.subarray(30, 40))
    equal(freed(bytes), false)
    writes.shift()?.()
    await new Promise((resolve) => void setImmediate(resolve))
    equal(freed(bytes), false)
  })

  it('is kept while chunks of it wait for the editor', async () => {
    const { answer, read } = byHand()
    answer.pause()
    const bytes = own()
    await read(bytes, own())
    equal(freed(bytes), false)
  })

  it('is kept when the answer is complete: the connection may carry another one', async () => {
    const { answer, read } = byHand()
    answer.complete = true
    const bytes = own()
    await read(bytes)
    equal(freed(bytes), false)
  })

  it('is kept when it could not be written', async () => {
    const { writes, read } = byHand()
    const first = own()
    await read(own(), first)
    writes.shift()?.()
    await read(own(), own())
    writes.shift()?.(new Error('gone'))
    await new Promise((resolve) => void setImmediate(resolve))
    equal(freed(first), false)
  })

  it('that Node.js shares between buffers is left alone', async () => {
    const { read } = byHand()
    const shared = Buffer.from('from the pool')
    await read(shared)
    equal(freed(shared), false)
    equal(shared.toString(), 'from the pool')
  })

  it('holds what was sent until it arrives, however slow, and beside others', async () => {
    const bodies = Array.from({ length: 3 }, () => randomFillSync(Buffer.alloc(1_000_017)))
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    await withinGateway(
      ({ headers }, response) => {
        const body = bodies[Number(headers['mcp-name'])]!
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (let at = 0; at < body.length; at += 7_001)
          response.write(body.subarray(at, at + 7_001))
        response.end()
      },
      async (world) => {
        const receive = async (name: number) => {
          const headers = { 'mcp-name': String(name) }
          const answer = await world.open({ method: 'GET', headers }).answer
          const chunks: Buffer[] = []
          for await (const chunk of answer) {
            chunks.push(chunk as Buffer)
            // A reader that stops again and again.
            if (chunks.length % 5 === 0) await new Promise((resolve) => void setImmediate(resolve))
          }
          return hash(Buffer.concat(chunks))
        }
        for (let round = 0; round < 2; round += 1) {
          const got = await Promise.all(bodies.map(async (_body, name) => await receive(name)))
          deepEqual(got, bodies.map(hash))
        }
        ok(world.failures.length === 0)
      },
    )
  })

  it('leaves nothing on a connection that goes on to the next answer', async () => {
    const { answer, read } = byHand()
    await read(own(), own())
    answer.push(null)
    await once(answer, 'end')
    equal(answer.socket.listenerCount('data'), 0)
  })
})
