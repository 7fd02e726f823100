import {
  auth,
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type OAuthClientProvider,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import { publishedIdentity } from '@signet/site/client-metadata'
import { answerAuthorization, type Person } from '../../../test/support/scripted-browser.ts'

type CountedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/** The official MCP client, signing in as its transport does, with everything kept in memory. */
export function officialClient(serverUrl: string, fetch: CountedFetch, person: Person) {
  const { clientId, clientName } = publishedIdentity('production')
  const redirectUrl = 'http://127.0.0.1/callback'
  let tokens: StoredOAuthTokens | undefined
  let information: StoredOAuthClientInformation | undefined
  let discovery: OAuthDiscoveryState | undefined
  let verifier = ''
  let arrival: URLSearchParams | undefined
  const provider: OAuthClientProvider = {
    redirectUrl,
    clientMetadataUrl: clientId,
    clientMetadata: {
      client_name: clientName,
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    clientInformation: () => information,
    saveClientInformation: (value) => void (information = value),
    tokens: () => tokens,
    saveTokens: (value) => void (tokens = value),
    redirectToAuthorization: async (url) => {
      arrival = new URL(await answerAuthorization(url.href, person)).searchParams
    },
    saveCodeVerifier: (value) => void (verifier = value),
    codeVerifier: () => verifier,
    // Without it, it asks for the metadata again at each step.
    saveDiscoveryState: (value) => void (discovery = value),
    discoveryState: () => discovery,
  }
  return {
    signIn: async () => {
      const options = { authProvider: provider, fetch }
      const transport = new StreamableHTTPClientTransport(new URL(serverUrl), options)
      const client = new Client({ name: 'bench', version: '1' })
      await client.connect(transport).catch((error: unknown) => {
        if (!(error instanceof UnauthorizedError)) throw error
      })
      if (arrival === undefined) throw new Error('the official client opened no page')
      await transport.finishAuth(arrival)
      await client.close()
    },
    /** What its transport does when the server no longer takes the token. */
    renew: async () => {
      const before = tokens?.access_token
      await auth(provider, { serverUrl, fetchFn: fetch })
      if (tokens?.access_token === before) throw new Error('the official client renewed nothing')
    },
  }
}
