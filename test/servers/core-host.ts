import {
  createSignetClient,
  type ClientSignIn,
  type Fetch,
  type IdentitySources,
} from '@signet/core'
import { loopbackReceiver, randomToken, systemClock, systemFetch } from '@signet/core/node'
import { publishedIdentity } from '@signet/site/client-metadata'
import { memoryLock, memorySecrets, traceList, type FakeClock } from '../support/fake-ports.ts'
import { answerAuthorization, type Person } from '../support/scripted-browser.ts'

/** The core with a real network, a store in memory and a person who answers the server's pages. */
export function startCoreHost(
  sources: Partial<IdentitySources> = {},
  clock?: FakeClock,
  fetch: Fetch = systemFetch,
) {
  const identity = publishedIdentity('production')
  const person: { -readonly [K in keyof Person]: Person[K] } = {
    answer: 'allow',
    account: 'ada@example.test',
  }
  const secrets = memorySecrets()
  const log = traceList()
  const pages: { refusal: unknown } = { refusal: undefined }
  const closedPage = new AbortController()
  const client = createSignetClient(
    {
      fetch,
      clock: clock ?? systemClock,
      randomToken,
      secrets,
      lock: memoryLock(),
      chooseIssuer: async () => undefined,
      trace: log.trace,
      openBrowser: async (url) => {
        // Like a real browser, the page goes on after the opener has returned.
        void answerAuthorization(url, person)
          .then(async (redirect) => await globalThis.fetch(redirect))
          .catch((error: unknown) => {
            pages.refusal = error
            closedPage.abort()
          })
        return true
      },
    },
    async () => ({
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
      ...sources,
    }),
  )
  const openReceiver = loopbackReceiver({
    ports: [],
    path: identity.loopbackPath,
    page: { lang: 'en', title: 'Back', body: 'Close this page.' },
  })
  const signIn = async (serverUrl: string, change: Partial<ClientSignIn> = {}) =>
    await client.signIn(
      {
        serverUrl,
        openReceiver,
        avoid: [],
        pinnedScopes: undefined,
        extraParameters: new Map(),
        challenge: undefined,
        previous: undefined,
        ...change,
      },
      // A person who meets an error page closes it and cancels.
      closedPage.signal,
    )
  return { client, secrets, log, person, pages, signIn }
}
