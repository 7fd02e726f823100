import { SignInError, type OpenReceiver, type RedirectArrival } from '@signet/core'
import { MAX_CALLBACK_CHARS } from './limits.ts'

/** Why a pasted text is not the answer that is waited for. */
export type PasteProblem = 'too-long' | 'other-address' | 'no-answer' | 'other-sign-in'

/** An answer that no other way brought back: the person pastes the address the browser ended on. */
export interface PasteSlot {
  /** Judges a text without using it; undefined: it fits. */
  readonly problemWith: (text: string) => PasteProblem | undefined
  /** Hands a fitting text to whoever waits. False when it does not fit, or nobody waits any more. */
  readonly deliver: (text: string) => boolean
  readonly waitFor: (
    redirectUri: string,
    state: string,
    signal: AbortSignal,
  ) => Promise<RedirectArrival>
}

/**
 * Reads a pasted address: exactly the redirect URI of this sign-in, with its `state`, and an answer. The
 * core then applies the same checks as to any other arrival. Pure.
 */
export function readPasted(
  text: string,
  redirectUri: string,
  state: string,
): URLSearchParams | PasteProblem {
  const address = text.trim()
  if (address.length > MAX_CALLBACK_CHARS) return 'too-long'
  if (!address.startsWith(`${redirectUri}?`)) return 'other-address'
  const parameters = new URLSearchParams(
    (address.slice(redirectUri.length + 1).split('#')[0] ?? '').trimEnd(),
  )
  if (!parameters.has('code') && !parameters.has('error')) return 'no-answer'
  return parameters.get('state') === state ? parameters : 'other-sign-in'
}

interface Waiting {
  readonly redirectUri: string
  readonly state: string
  readonly resolve: (arrival: RedirectArrival) => void
}

export function createPasteSlot(): PasteSlot {
  let waiting: Waiting | undefined
  const read = (text: string) =>
    waiting === undefined ? 'other-sign-in' : readPasted(text, waiting.redirectUri, waiting.state)
  return {
    problemWith: (text) => {
      const result = read(text)
      return typeof result === 'string' ? result : undefined
    },
    deliver: (text) => {
      const parameters = read(text)
      if (typeof parameters === 'string' || waiting === undefined) return false
      waiting.resolve({ redirectUri: waiting.redirectUri, parameters })
      waiting = undefined
      return true
    },
    waitFor: async (redirectUri, state, signal) =>
      await new Promise((resolve, reject) => {
        const mine: Waiting = {
          redirectUri,
          state,
          resolve: (arrival) => {
            signal.removeEventListener('abort', stop)
            resolve(arrival)
          },
        }
        const stop = () => {
          if (waiting === mine) waiting = undefined
          reject(new SignInError('cancelled', {}, { cause: signal.reason }))
        }
        if (signal.aborted) {
          stop()
          return
        }
        signal.addEventListener('abort', stop, { once: true })
        waiting = mine
      }),
  }
}

/** The same way back, which a pasted address can complete as well. */
export function withPaste(open: OpenReceiver, slot: PasteSlot): OpenReceiver {
  return async (signal) => {
    const receiver = await open(signal)
    return {
      ...receiver,
      receive: async (state, wait) => {
        const done = new AbortController()
        const either = AbortSignal.any([wait, done.signal])
        const ways = [
          receiver.receive(state, either),
          slot.waitFor(receiver.redirectUri, state, either),
        ]
        try {
          return await Promise.race(ways)
        } finally {
          done.abort()
          // The one that lost ends with the abort, which nobody has to hear of.
          for (const way of ways) way.catch(() => undefined)
        }
      },
    }
  }
}

/** No listener at all: the browser ends on an address that does not answer, and the person pastes it. */
export function pasteReceiver(redirectUri: string, slot: PasteSlot): OpenReceiver {
  return async () =>
    await Promise.resolve({
      kind: 'paste',
      redirectUri,
      encodeState: (nonce) => nonce,
      receive: async (state, signal) => await slot.waitFor(redirectUri, state, signal),
      close: async () => {
        // Nothing is held open.
      },
    })
}
