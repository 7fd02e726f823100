// A child process of the bench: an MCP server that costs next to nothing, so that what is measured is the
// way to it. What a stream does is told in `Mcp-Name`, what a call takes in its arguments.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { listen } from '../../../test/servers/listen.ts'

const BIG_STREAM_BYTES = 1_073_741_824
const PIECE = Buffer.from(`data: ${'x'.repeat(16_376)}\n\n`)

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: {
    readonly arguments?: { readonly ms?: number; readonly events?: boolean }
    readonly protocolVersion?: string
  }
}

const server = createServer((request, response) => {
  void (request.method === 'GET' ? stream(request, response) : answer(request, response))
})
// Idle connections of one measurement must not end in the next.
server.keepAliveTimeout = 60_000
process.on('disconnect', () => process.exit(0))
process.send?.({ port: await listen(server, '127.0.0.1') })

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Message
  if (id === undefined) {
    response.writeHead(202).end()
    return
  }
  const ms = params?.arguments?.ms ?? 0
  if (ms > 0) await delay(ms)
  const result =
    method === 'initialize'
      ? {
          protocolVersion: params?.protocolVersion ?? '2025-06-18',
          capabilities: { tools: {} },
          serverInfo: { name: 'bench', version: '1' },
        }
      : { content: [{ type: 'text', text: 'done' }] }
  const body = JSON.stringify({ jsonrpc: '2.0', id, result })
  if (params?.arguments?.events === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(`event: message\ndata: ${body}\n\n`)
    return
  }
  response
    .writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body)
}

async function stream(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const kind = request.headers['mcp-name']
  if (kind === undefined) {
    response.writeHead(405).end()
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (kind === 'idle') response.flushHeaders()
  // The monotonic clock is one for all processes of a machine.
  else if (kind === 'tick') response.end(`data: ${process.hrtime.bigint()}\n\n`)
  else {
    for (let sent = 0; sent < BIG_STREAM_BYTES && !response.destroyed; sent += PIECE.length) {
      if (!response.write(PIECE)) await new Promise((resolve) => response.once('drain', resolve))
    }
    response.end()
  }
}
