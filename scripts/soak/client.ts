import { join } from 'node:path'
import {
  createSignetClient,
  type Clock,
  type CorePorts,
  type OpenReceiver,
  type RedirectArrival,
  type SessionInfo,
  type SignetClient,
} from '@signet/core'
import { fileLock, fileSecrets, randomToken, systemClock, systemFetch } from '@signet/core/node'
import { publishedIdentity } from '@signet/site/client-metadata'
import { answerAuthorization } from '../../test/support/scripted-browser.ts'

export interface SoakClient extends SignetClient {
  readonly signInAs: (serverUrl: string, account: string) => Promise<SessionInfo>
}

/**
 * The product's core on a store that other processes share, with a person who approves at once. `change`
 * replaces ports, to do to a process what its plan says.
 */
export function createSoakClient(
  directory: string,
  clock: Clock,
  change: (ports: CorePorts) => CorePorts,
): SoakClient {
  const identity = publishedIdentity('production')
  const lock = fileLock(join(directory, 'locks'))
  const pages = new Map<string, (arrival: RedirectArrival) => void>()
  const redirectUri = `http://127.0.0.1:${identity.loopbackPorts[0] ?? 0}${identity.loopbackPath}`
  const client = createSignetClient(
    change({
      fetch: systemFetch,
      clock,
      randomToken,
      secrets: fileSecrets(join(directory, 'sessions.json'), lock),
      lock,
      openBrowser: async () => await Promise.resolve(false),
      chooseIssuer: async () => await Promise.resolve(undefined),
      trace: () => undefined,
    }),
    async () =>
      await Promise.resolve({
        clientName: identity.clientName,
        dynamicRegistration: false,
        preRegistered: [],
        published: {
          clientId: identity.clientId,
          redirectUris: identity.redirectUris,
          grantTypes: identity.grantTypes,
          reservedOrigin: identity.reservedOrigin,
          authentication: { method: 'none' },
        },
      }),
  )
  const openReceiver: OpenReceiver = async () =>
    await Promise.resolve({
      kind: 'loopback',
      redirectUri,
      encodeState: (nonce) => nonce,
      receive: async (state, signal) =>
        await new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
          pages.set(state, resolve)
        }),
      close: async () => await Promise.resolve(),
    })
  return {
    ...client,
    signInAs: async (serverUrl, account) =>
      await client.signIn(
        {
          serverUrl,
          openReceiver,
          avoid: [],
          pinnedScopes: undefined,
          extraParameters: new Map(),
          challenge: undefined,
          previous: undefined,
          openBrowser: async (url) => {
            const redirect = await answerAuthorization(url, {
              answer: 'allow',
              account,
            })
            const { searchParams } = new URL(redirect)
            pages.get(searchParams.get('state') ?? '')?.({
              redirectUri,
              parameters: searchParams,
            })
            return true
          },
        },
        new AbortController().signal,
      ),
  }
}

/** The real clock, wrong by an offset that can change. */
export function offsetClock(offset: { ms: number }): Clock {
  return { ...systemClock, now: () => systemClock.now() + offset.ms }
}
