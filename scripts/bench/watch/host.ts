// A host of the bench, in a process of its own so that its memory is not counted: prints its port.
import { createServer } from 'node:https'
import { listen } from '../../../test/servers/listen.ts'

const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=600' }

process.once('message', (tls: { cert: string; key: string }) => {
  const server = createServer(tls, (_request, response) => {
    response.writeHead(200, headers).end('{}')
  })
  void listen(server, '127.0.0.1').then((port) => process.send?.(port))
})
process.once('disconnect', () => process.exit(0))
