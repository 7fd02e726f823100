import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'
import { MAX_BODY_BYTES, REPLAY_BODY_BYTES } from './limits.ts'

/** The body of one request of the editor. */
export interface RequestBody {
  /** All of it; undefined when it is too long to be held, and then it can be sent once. */
  readonly whole: Buffer | undefined
  /** In bytes; undefined: the editor has not announced it. */
  readonly length: number | undefined
  /** Writes the body and ends the request. Throws `BodySpent`. */
  readonly sendTo: (outgoing: Writable) => void
}

/** Longer than `MAX_BODY_BYTES`. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** A body that was not held has been sent already: the editor has to repeat its request. */
export class BodySpent extends Error {
  override readonly name = 'BodySpent'
}

/** The editor went away before its request was complete. */
export class EditorGone extends Error {
  override readonly name = 'EditorGone'
}

const EMPTY = Buffer.alloc(0)

/**
 * Reads a body up to `REPLAY_BODY_BYTES`; a longer one is passed on as it arrives, up to `MAX_BODY_BYTES`.
 * Throws `BodyTooLarge`, `EditorGone`.
 */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw new BodyTooLarge()
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size <= REPLAY_BODY_BYTES) return
      stop()
      request.pause()
      resolve(streamed(request, chunks, size))
    }
    const onEnd = () => {
      stop()
      resolve(held(chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks)))
    }
    const onClose = () => {
      stop()
      reject(new EditorGone())
    }
    const stop = () => {
      request.off('data', onData).off('end', onEnd).off('close', onClose)
    }
    // An error is followed by close; without a listener it would end the extension host.
    request.on('error', () => undefined)
    request.on('data', onData).on('end', onEnd).on('close', onClose)
  })
}

function held(whole: Buffer): RequestBody {
  return { whole, length: whole.length, sendTo: (outgoing) => void outgoing.end(whole) }
}

function streamed(request: IncomingMessage, chunks: readonly Buffer[], held: number): RequestBody {
  const announced = request.headers['content-length']
  let spent = false
  return {
    whole: undefined,
    length: announced === undefined ? undefined : Number(announced),
    sendTo: (outgoing) => {
      if (spent) throw new BodySpent()
      spent = true
      let size = held
      const write = (chunk: Buffer) => {
        size += chunk.length
        if (size > MAX_BODY_BYTES) {
          request.pause()
          outgoing.destroy(new BodyTooLarge())
        } else if (!outgoing.write(chunk)) request.pause()
      }
      outgoing.on('drain', () => request.resume())
      outgoing.once('close', () => request.off('data', write))
      for (const chunk of chunks) outgoing.write(chunk)
      request.on('data', write).once('end', () => outgoing.end())
      // What was held back waits for the connection; more of it comes when that has been taken.
      if (outgoing.writableNeedDrain) request.pause()
      else request.resume()
    },
  }
}
