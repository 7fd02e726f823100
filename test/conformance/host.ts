import {
  clientCredentialsGrant,
  createSignetClient,
  enterpriseGrant,
  workloadGrant,
  type Challenge,
  type ClientSignIn,
  type IdentitySources,
  type RedirectlessGrant,
  type SessionInfo,
  type SignetClient,
} from '@signet/core'
import { loopbackReceiver, randomToken, systemClock, systemFetch } from '@signet/core/node'
import { publishedIdentity } from '@signet/site/client-metadata'
import { memoryLock, memorySecrets } from '../support/fake-ports.ts'
import { authentication, member, optional, type Context } from './context.ts'

/** The suite knows this client_id and never fetches it. */
const CLIENT_ID = 'https://conformance-test.local/client-metadata.json'

export interface Host {
  readonly client: SignetClient
  readonly signIn: (request: {
    readonly challenge: Challenge | undefined
    readonly previous: SessionInfo | undefined
  }) => Promise<SessionInfo>
}

/** The core with a real network, a store in memory, and a browser that follows one redirect. */
export function createHost(serverUrl: string, scenario: string, context: Context): Host {
  const published = publishedIdentity('production')
  const sources = identitySources(context, serverUrl)
  const client = createSignetClient(
    {
      fetch: systemFetch,
      clock: systemClock,
      randomToken,
      secrets: memorySecrets(),
      lock: memoryLock(),
      chooseIssuer: async ([first]) => await Promise.resolve(first),
      trace: () => undefined,
      openBrowser: async (url) => {
        const { headers } = await fetch(url, { redirect: 'manual' })
        const location = headers.get('location')
        if (location !== null) await fetch(location)
        return location !== null
      },
    },
    async () => await sources,
  )
  const grant = redirectlessGrant(scenario, context)
  const openReceiver = loopbackReceiver({
    ports: [],
    path: published.loopbackPath,
    page: { lang: 'en', title: 'Back', body: 'Close this page.' },
  })
  const { signal } = new AbortController()
  const common = { pinnedScopes: undefined }
  return {
    client,
    signIn: async (request) =>
      grant === undefined
        ? await client.signIn(
            {
              serverUrl,
              ...request,
              ...common,
              openReceiver,
              avoid: [],
              extraParameters: NO_PARAMETERS,
            },
            signal,
          )
        : await client.signInWithoutRedirect({ serverUrl, ...request, ...common, grant }, signal),
  }
}

const NO_PARAMETERS: ClientSignIn['extraParameters'] = new Map()

/** Pre-registered where the scenario brings a client, else the published document, else registration. */
async function identitySources(context: Context, serverUrl: string): Promise<IdentitySources> {
  const clientId = optional(context, 'client_id')
  const { redirectUris, grantTypes } = publishedIdentity('production')
  return {
    clientName: 'Signet',
    dynamicRegistration: true,
    published: {
      clientId: CLIENT_ID,
      redirectUris,
      grantTypes,
      reservedOrigin: false,
      authentication: { method: 'none' },
    },
    preRegistered:
      clientId === undefined
        ? []
        : [
            {
              issuer: optional(context, 'issuer') ?? (await issuerOf(serverUrl)),
              clientId,
              authentication: await authentication(context),
              redirectUris: undefined,
            },
          ],
  }
}

/** Where a client was registered is known to who registered it; some scenarios leave it out. */
async function issuerOf(serverUrl: string): Promise<string> {
  const { origin, pathname } = new URL(serverUrl)
  const response = await fetch(`${origin}/.well-known/oauth-protected-resource${pathname}`)
  const { authorization_servers: issuers } = (await response.json()) as {
    authorization_servers: string[]
  }
  return issuers[0] ?? ''
}

function redirectlessGrant(scenario: string, context: Context): RedirectlessGrant | undefined {
  if (scenario.startsWith('auth/client-credentials')) return clientCredentialsGrant()
  if (scenario === 'auth/wif-jwt-bearer')
    return workloadGrant(async () => await Promise.resolve(member(context, 'valid_jwt')))
  if (scenario !== 'auth/enterprise-managed-authorization') return undefined
  return enterpriseGrant({
    issuer: member(context, 'idp_issuer'),
    tokenEndpoint: member(context, 'idp_token_endpoint'),
    clientId: member(context, 'idp_client_id'),
    authentication: { method: 'none' },
    idToken: member(context, 'idp_id_token'),
  })
}
