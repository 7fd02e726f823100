import { equal, ok, rejects } from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { Readable, Writable } from 'node:stream'
import { EditorGone, readBody } from '../../extension/src/gateway/body.ts'
import { REPLAY_BODY_BYTES } from '../../extension/src/gateway/limits.ts'

const PIECE = Buffer.alloc(65_536, 'x')
const PIECES = 256

/** An upload that counts what has been taken of it. */
function upload() {
  let taken = 0
  const request = new Readable({
    read() {
      taken += 1
      this.push(taken > PIECES ? null : PIECE)
    },
  })
  const message = Object.assign(request, { headers: {} }) as unknown as IncomingMessage
  return { message, takenBytes: () => Math.min(taken, PIECES) * PIECE.length }
}

/** A server that stops taking after a while, and goes on when it is told to. */
function slowServer() {
  let size = 0
  let waiting: (() => void) | undefined
  let open = false
  const outgoing = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      size += chunk.length
      if (open || size < 2 * REPLAY_BODY_BYTES) done()
      else waiting = done
    },
  })
  const goOn = () => {
    open = true
    waiting?.()
  }
  return { outgoing, goOn, size: () => size }
}

describe('A body too long to be held, through the gateway', () => {
  it('is taken from the editor no faster than the server takes it, and is whole in the end', async () => {
    const { message, takenBytes } = upload()
    const { outgoing, goOn, size } = slowServer()
    const body = await readBody(message)
    equal(body.whole, undefined)
    body.sendTo(outgoing)
    // As many turns as would take all of it in.
    for (let turn = 0; turn < 2 * PIECES; turn += 1)
      await new Promise((resolve) => void setImmediate(resolve))
    ok(takenBytes() < 3 * REPLAY_BODY_BYTES, `${String(takenBytes())} bytes were taken in`)

    const finished = new Promise((resolve) => void outgoing.once('finish', resolve))
    goOn()
    await finished
    equal(size(), PIECES * PIECE.length)
  })
})

describe('A body that ends with a lost connection', () => {
  it('ends its request and nothing else: the error of the connection is nobody’s', async () => {
    const request = Object.assign(new Readable({ read: () => undefined }), { headers: {} })
    const body = readBody(request as unknown as IncomingMessage)
    request.destroy(new Error('ECONNRESET'))
    await rejects(body, EditorGone)
  })
})
