// A child process of the bench: the extension's gateway as it runs in the extension host, with a session
// in memory. Started with --expose-gc, so that memory is what is held and not what has not been swept.
import type { Access } from '@signet/core'
import { randomToken, systemClock } from '@signet/core/node'
import { createGateway } from '../../../extension/src/gateway/server.ts'
import { systemAfter } from '../../../extension/src/gateway/timer.ts'
import { sessionInfoOf } from '../../../test/support/session-info.ts'

const serverUrl = process.argv[2] ?? ''

const session = sessionInfoOf({
  id: 'bench',
  server: serverUrl,
  resource: serverUrl,
})

const access: Access = {
  sessionId: session.id,
  resource: serverUrl,
  server: serverUrl,
  accessToken: randomToken(),
  tokenType: 'bearer',
  clientId: session.clientId,
  proofKey: undefined,
  expiresAt: Date.now() + 3_600_000,
  scopes: [],
}

const gateway = createGateway({
  client: {
    access: async () => await Promise.resolve(access),
    sessions: {
      list: async () => await Promise.resolve([session]),
      onDidChange: () => () => undefined,
    },
  },
  clock: systemClock,
  after: systemAfter,
  randomToken,
  askForMore: async () => await Promise.resolve(undefined),
  describe: (error) => ({ code: 'internal', message: String(error) }),
  failed: (_server, error) => console.error(error),
})

process.on('disconnect', () => process.exit(0))
process.on('message', (message) => {
  if (message === 'memory') {
    globalThis.gc?.()
    // Kept by the system, so that looking costs no call anything.
    const peak = process.resourceUsage().maxRSS * 1024
    process.send?.({ rss: process.memoryUsage.rss(), peak })
  }
})
process.send?.(await gateway.open(session))
