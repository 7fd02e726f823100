import { createAuthorizedFetch, type AuthorizedRequest, type Challenge } from '@signet/core'

import { SERVER, type FakeWorld } from '../../support/fake-world.ts'

const { signal } = new AbortController()

export const call = (url = SERVER): AuthorizedRequest => ({
  url,
  method: 'POST',
  headers: {},
  body: '{}',
  signal,
})

/** A signed-in world and a use of its server that may ask for more. */
export async function inUse(world: FakeWorld, answer: (request: AuthorizedRequest) => Response) {
  let session = await world.signIn()
  const asked: (readonly string[] | undefined)[] = []
  const sent: AuthorizedRequest[] = []
  const use = createAuthorizedFetch({
    access: world.client.access,
    session: async () => session,
    send: async (request) => {
      sent.push(request)
      return answer(request)
    },
    signIn: async (challenge: Challenge, previous) => {
      asked.push(challenge.scopes)
      session = await world.signIn({ challenge, previous })
      return session
    },
  })
  return { use, asked, sent, session: () => session }
}
