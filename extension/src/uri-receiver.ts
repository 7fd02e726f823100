import type { Uri, UriHandler } from 'vscode'
import { isSignInError, SignInError, type OpenReceiver, type RedirectArrival } from '@signet/core'
import type { CallbackRelay } from './callback-relay.ts'

/** The one URI handler of this extension, and the waits of every sign-in that uses it. */
export interface UriInbox extends UriHandler {
  readonly waitFor: (
    state: string,
    redirectUri: string,
    signal: AbortSignal,
  ) => Promise<RedirectArrival>
}

/**
 * Routes callbacks by their state. A state nobody here waits for is handed to `unclaimed`: it may belong
 * to another window, and is never an error for the sign-ins under way in this one.
 */
export function createUriInbox(unclaimed: (parameters: URLSearchParams) => void): UriInbox {
  const waiting = new Map<string, (parameters: URLSearchParams) => void>()
  return {
    handleUri: (uri) => {
      const parameters = callbackParameters(uri)
      if (parameters === undefined) return
      const deliver = waiting.get(parameters.get('state') ?? '')
      if (deliver === undefined) unclaimed(parameters)
      else deliver(parameters)
    },
    waitFor: async (state, redirectUri, signal) =>
      await new Promise((resolve, reject) => {
        const stop = () => {
          waiting.delete(state)
          reject(new SignInError('cancelled', {}, { cause: signal.reason }))
        }
        if (signal.aborted) {
          stop()
          return
        }
        signal.addEventListener('abort', stop, { once: true })
        waiting.set(state, (parameters) => {
          waiting.delete(state)
          signal.removeEventListener('abort', stop)
          resolve({ redirectUri, parameters })
        })
      }),
  }
}

/** The same inbox, which also takes what another window was handed. */
export function withRelay(
  inbox: UriInbox,
  relay: Pick<CallbackRelay, 'waitFor'>,
  told: { readonly relayed: () => void; readonly failed: (error: unknown) => void },
): UriInbox {
  return {
    ...inbox,
    waitFor: async (state, redirectUri, signal) => {
      const done = new AbortController()
      const either = AbortSignal.any([signal, done.signal])
      const here = inbox.waitFor(state, redirectUri, either)
      const elsewhere = async () => {
        try {
          const arrival = await relay.waitFor(state, redirectUri, either)
          told.relayed()
          return arrival
        } catch (error) {
          // Without the other windows this one can still be answered.
          if (!isSignInError(error, 'cancelled')) told.failed(error)
          return await here
        }
      }
      try {
        return await Promise.race([here, elsewhere()])
      } finally {
        done.abort()
        // Ends with the abort when the other one has won.
        here.catch(() => undefined)
      }
    },
  }
}

/**
 * The receiver behind the URI handler. Through the bounce page the redirect URI is the published https page,
 * which forwards the response to this editor by what `encodeState` put into `state`; directly it is the
 * editor's own URI, and `state` stays as it is.
 */
export function uriReceiver(
  kind: 'bounce' | 'direct',
  inbox: UriInbox,
  redirectUri: string,
  encodeState: (nonce: string) => string | undefined,
): OpenReceiver {
  return async () =>
    await Promise.resolve({
      kind,
      redirectUri,
      encodeState: (nonce) => {
        const state = encodeState(nonce)
        if (state === undefined) {
          throw new SignInError('receiver_unavailable', {
            reason: 'this editor is not listed for the bounce page',
          })
        }
        return state
      },
      receive: async (state, signal) => await inbox.waitFor(state, redirectUri, signal),
      close: async () => {
        // The inbox lives as long as the extension; the wait ends with its signal.
      },
    })
}

/**
 * The editor decodes a URI's query once, beyond repair for values with `&`. The bounce page therefore packs the
 * whole response into one base64url value, which no decoding can change. What a server sends directly is taken
 * as it is left, without decoding it again: a value that had an `&` falls apart, and its sign-in is refused.
 */
function callbackParameters({ path, query }: Uri): URLSearchParams | undefined {
  if (path !== '/callback') return undefined
  const packed = /(?:^|&)response=([A-Za-z0-9_-]+)(?:&|$)/.exec(query)?.[1]
  if (packed !== undefined)
    return new URLSearchParams(Buffer.from(packed, 'base64url').toString('utf8'))
  const direct = new URLSearchParams(
    query.split('&').map((pair) => {
      const equals = pair.indexOf('=')
      return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
    }),
  )
  return direct.has('state') ? direct : undefined
}
