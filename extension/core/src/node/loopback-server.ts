import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Binds the loopback literal alone, shared with nobody (RFC 8252 section 8.3). Port 0: any. Returns the port. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Ends the listener and every connection it still has. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
