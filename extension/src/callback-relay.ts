import { createHash } from 'node:crypto'
import { SignInError, type Clock, type RedirectArrival, type SecretStore } from '@signet/core'
import {
  MAX_CALLBACK_CHARS,
  MAX_RELAYS_AT_ONCE,
  RELAY_AGE_MS,
  RELAY_TAKEN_TIMEOUT_MS,
} from './limits.ts'

/** Hands a callback that landed in the wrong window to the window whose sign-in it belongs to. */
export interface CallbackRelay {
  /** Resolves once another window has taken it, or when none has in time. */
  readonly offer: (parameters: URLSearchParams) => Promise<'taken' | 'nobody'>
  /** Resolves with the answer to this state when another window offers it. */
  readonly waitFor: (
    state: string,
    redirectUri: string,
    signal: AbortSignal,
  ) => Promise<RedirectArrival>
}

const PREFIX = 'callback/v1/'

/**
 * A relay through confidential storage that all windows share. An entry is named after the hash of its
 * state, so only who knows the state finds it; it holds a code that is useless without the verifier in the
 * owner's memory, and is deleted when it is taken, or after `RELAY_TAKEN_TIMEOUT_MS`. What a window left
 * behind by ending in between goes with the next offer.
 */
export function createCallbackRelay(
  store: SecretStore,
  clock: Pick<Clock, 'now' | 'timeout'>,
): CallbackRelay {
  let underWay = 0
  return {
    offer: async (parameters) => {
      const state = parameters.get('state') ?? ''
      const text = parameters.toString()
      if (state === '' || text.length > MAX_CALLBACK_CHARS || underWay >= MAX_RELAYS_AT_ONCE)
        return 'nobody'
      underWay += 1
      try {
        await removeOld(store, clock.now())
        return await offer(store, keyOf(state), text, clock)
      } finally {
        underWay -= 1
      }
    },
    waitFor: async (state, redirectUri, signal) => {
      const key = keyOf(state)
      const text = await nextValue(store, key, signal)
      await store.delete(key)
      return { redirectUri, parameters: new URLSearchParams(text) }
    },
  }
}

function keyOf(state: string): string {
  return PREFIX + createHash('sha256').update(state).digest('base64url')
}

async function offer(
  store: SecretStore,
  key: string,
  text: string,
  clock: Pick<Clock, 'now' | 'timeout'>,
): Promise<'taken' | 'nobody'> {
  const timeout = clock.timeout(RELAY_TAKEN_TIMEOUT_MS)
  const taken = Promise.withResolvers<'taken' | 'nobody'>()
  timeout.addEventListener('abort', () => taken.resolve('nobody'), { once: true })
  const unsubscribe = store.onDidChange((changed) => {
    if (changed !== key) return
    store.get(key).then(
      (value) => {
        if (value === undefined) taken.resolve('taken')
      },
      (error: unknown) => taken.reject(error),
    )
  })
  try {
    await store.set(key, JSON.stringify({ at: clock.now(), parameters: text }))
    const outcome = await taken.promise
    if (outcome === 'nobody') await store.delete(key)
    return outcome
  } finally {
    unsubscribe()
  }
}

/** The parameters under a key: now, or when they come. */
async function nextValue(store: SecretStore, key: string, signal: AbortSignal): Promise<string> {
  const found = Promise.withResolvers<string>()
  const look = () => {
    store.get(key).then(
      (value) => {
        const entry = value === undefined ? undefined : readEntry(value)
        if (entry !== undefined) found.resolve(entry.parameters)
      },
      (error: unknown) => found.reject(error),
    )
  }
  const stop = () => found.reject(new SignInError('cancelled', {}, { cause: signal.reason }))
  const unsubscribe = store.onDidChange((changed) => {
    if (changed === key) look()
  })
  try {
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    look()
    return await found.promise
  } finally {
    signal.removeEventListener('abort', stop)
    unsubscribe()
  }
}

async function removeOld(store: SecretStore, now: number): Promise<void> {
  for (const key of await store.keys()) {
    if (!key.startsWith(PREFIX)) continue
    const value = await store.get(key)
    const entry = value === undefined ? undefined : readEntry(value)
    if (entry === undefined || now - entry.at > RELAY_AGE_MS) await store.delete(key)
  }
}

function readEntry(text: string): { readonly at: number; readonly parameters: string } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    if (!('at' in value) || typeof value.at !== 'number') return undefined
    if (!('parameters' in value) || typeof value.parameters !== 'string') return undefined
    return { at: value.at, parameters: value.parameters }
  } catch {
    // Not an entry of ours; whoever offers next removes it.
    return undefined
  }
}
