import type { IncomingMessage, ServerResponse } from 'node:http'
import { headersToEditor } from './headers.ts'
import { pump } from './pump.ts'

/**
 * Passes an answer on as it comes: bytes unchanged (compressed ones too), at the speed of the slower side,
 * header fields of a stream at once. When one side breaks off, so does the other: half an answer never
 * looks like a whole one.
 */
export function relay(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, headersToEditor(answer.rawHeaders))
  answer.once('close', () => {
    if (!answer.complete) response.destroy()
  })
  response.once('close', () => {
    if (!answer.readableEnded) answer.destroy()
  })
  // The first event may be minutes away, and the editor waits for the stream to open.
  if (isEventStream(answer) && answer.readableLength === 0) response.flushHeaders()
  pump(answer, response)
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '')
}
