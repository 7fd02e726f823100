import { type RedirectlessGrant } from '@signet/core'
import { fakeClock } from './fake-ports.ts'
import { fakeWorld, SERVER, type WorldFacts } from './fake-world.ts'

/** A world whose clock goes on by itself while something sleeps. */
export function redirectlessWorld(facts: WorldFacts = {}) {
  const clock = fakeClock()
  const running = {
    ...clock,
    sleep: async (ms: number) => {
      clock.advance(ms)
      await Promise.resolve()
    },
  }
  const it = fakeWorld({ ...facts, ports: { clock: running } })
  const signIn = async (grant: RedirectlessGrant) =>
    await it.client.signInWithoutRedirect(
      {
        serverUrl: SERVER,
        grant,
        pinnedScopes: undefined,
        challenge: undefined,
        previous: undefined,
      },
      new AbortController().signal,
    )
  return { ...it, signIn }
}

/** The members of a form that was sent. */
export const form = (body: URLSearchParams | undefined) => Object.fromEntries(body ?? [])
