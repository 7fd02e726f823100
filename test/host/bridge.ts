import { createServer } from 'node:http'
import { closeServer, listen } from '../servers/listen.ts'

/** What code inside the extension host may ask of the process that drives the browser. */
export type BridgeHandlers = Readonly<Record<string, (argument: unknown) => Promise<unknown>>>

export interface Bridge {
  /** For the extension host's environment. */
  readonly url: string
  readonly close: () => Promise<void>
}

/** A loopback side channel of the tests: POST /<name> with one JSON value calls the handler of that name. */
export async function startBridge(handlers: BridgeHandlers): Promise<Bridge> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const name = (request.url ?? '/').slice(1)
      const handler = handlers[name]
      if (handler === undefined) throw new Error(`no handler ${name}`)
      const argument: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      const result = await handler(argument)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(result ?? null))
    })().catch((error: unknown) => {
      response.statusCode = 500
      response.end(String(error))
    })
  })
  const port = await listen(server, '127.0.0.1')
  return { url: `http://127.0.0.1:${port}`, close: async () => await closeServer(server) }
}
