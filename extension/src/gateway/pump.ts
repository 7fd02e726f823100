import type { IncomingMessage, ServerResponse } from 'node:http'
import { isMarkedAsUntransferable } from 'node:worker_threads'

/**
 * Passes a body on as it comes, at the speed of the slower side, and gives its memory back as soon as it
 * has been written. Left to itself V8 frees what a socket read when 64 MB of it have gathered, in a
 * collection of everything; so a fast stream would cost that much memory and half of its speed.
 *
 * What a socket reads and what the parser makes of it may be one memory or two, by the version of Node.js.
 * A read is done with when it has been parsed, unless a chunk lies in it; a chunk when it has been written,
 * and so has all that came before.
 */
export function pump(answer: IncomingMessage, response: ServerResponse): void {
  const { socket } = answer
  let latest: ArrayBufferLike | undefined
  const onRead = ({ buffer }: Buffer) => {
    // Once complete, the connection may carry another answer. Chunks that wait have not been seen yet.
    if (!answer.complete && answer.readableLength === 0 && buffer !== latest) free(buffer)
  }
  answer.on('data', (chunk: Buffer) => {
    const earlier = chunk.buffer === latest ? undefined : latest
    latest = chunk.buffer
    const written = (error?: Error | null) => {
      if (!error && earlier !== undefined) free(earlier)
    }
    if (!response.write(chunk, written)) answer.pause()
  })
  response.on('drain', () => answer.resume())
  // After the listener of the parser, so that a read has been parsed.
  if (!answer.complete) socket.on('data', onRead)
  answer.once('end', () => {
    socket.off('data', onRead)
    response.end()
  })
}

/** Node.js shares some memory between buffers, and marks it. */
function free(memory: ArrayBufferLike): void {
  if (memory instanceof ArrayBuffer && !isMarkedAsUntransferable(memory)) memory.transfer(0)
}
