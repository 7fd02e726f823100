import {
  createSignetClient,
  type ClientSignIn,
  type CorePorts,
  type IdentitySources,
  type RedirectArrival,
  type SessionInfo,
  type SignetClient,
} from '@signet/core'
import {
  fakeClock,
  json,
  memoryLock,
  memorySecrets,
  randomToken,
  routedFetch,
  traceList,
} from './fake-ports.ts'

export const SERVER = 'https://mcp.service.test/mcp'
export const ISSUER = 'https://login.service.test'
export const PRM = 'https://mcp.service.test/.well-known/oauth-protected-resource/mcp'
export const AS_METADATA = `${ISSUER}/.well-known/oauth-authorization-server`
const AUTHORIZE = `${ISSUER}/authorize`
export const TOKEN = `${ISSUER}/token`
export const REVOKE = `${ISSUER}/revoke`
export const REGISTER = `${ISSUER}/register`
export const CLIENT_ID = 'https://client.test/oauth/client.json'
export const REDIRECT = 'http://127.0.0.1:28630/callback'

type Json = Record<string, unknown>

/** What the servers of a world say; a test changes the members it is about. */
export interface WorldFacts {
  readonly resource?: Json
  readonly issuer?: Json
  /** Parameters of the authorization response; undefined values are left out. */
  readonly response?: (request: URLSearchParams) => Record<string, string | undefined>
  readonly token?: Json
  readonly sources?: Partial<IdentitySources>
  readonly ports?: Partial<CorePorts>
  readonly challenge?: string
}

/**
 * A client whose servers, browser, clock and store live in memory. Everything is well-behaved until a test
 * says otherwise, so that each test shows the one fault it is about.
 */
export function fakeWorld(facts: WorldFacts = {}) {
  const clock = fakeClock()
  const secrets = memorySecrets()
  const network = routedFetch()
  const log = traceList()
  const opened: URLSearchParams[] = []
  const pages: string[] = []
  const minted: string[] = []
  const waiting = new Map<string, (arrival: RedirectArrival) => void>()
  const receiver = { opened: 0, closed: 0, redirectUri: REDIRECT }

  serve(network.on, facts)
  const respond = facts.response ?? approve
  const openBrowser = async (url: string) => {
    pages.push(url)
    const request = new URL(url).searchParams
    opened.push(request)
    const answer = respond(request)
    const entries = Object.entries(answer).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
    // A pushed request's page shows no state, so the answer's own counts.
    waiting.get(answer.state ?? request.get('state') ?? '')?.({
      redirectUri: receiver.redirectUri,
      parameters: new URLSearchParams(entries),
    })
    return true
  }
  const ports: CorePorts = {
    fetch: network.fetch,
    clock,
    randomToken: () => {
      const token = randomToken()
      minted.push(token)
      return token
    },
    secrets,
    lock: memoryLock(),
    openBrowser,
    chooseIssuer: async () => undefined,
    trace: log.trace,
    ...facts.ports,
  }
  const client = createSignetClient(ports, async () => ({ ...defaultSources(), ...facts.sources }))
  const openReceiver: ClientSignIn['openReceiver'] = async () => {
    receiver.opened += 1
    return {
      kind: 'loopback',
      redirectUri: REDIRECT,
      encodeState: (nonce) => nonce,
      receive: async (state, signal) =>
        await new Promise((resolve, reject) => {
          waiting.set(state, resolve)
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        }),
      close: async () => void (receiver.closed += 1),
    }
  }
  const signIn = async (
    change: Partial<ClientSignIn> = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<SessionInfo> =>
    await client.signIn(
      {
        serverUrl: SERVER,
        openReceiver,
        avoid: [],
        pinnedScopes: undefined,
        extraParameters: new Map(),
        challenge: undefined,
        previous: undefined,
        ...change,
      },
      signal,
    )
  /** When everything that was started, and not waited for, has had its turn. */
  const settled = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    settled,
    client,
    clock,
    secrets,
    network,
    log,
    opened,
    /** Every URL given to the browser, and every random token the client made. */
    pages,
    minted,
    receiver,
    ports,
    signIn,
  }
}

export type FakeWorld = ReturnType<typeof fakeWorld>

export async function accessOf(client: SignetClient, session: SessionInfo, rejectedToken?: string) {
  const { signal } = new AbortController()
  return await client.access({ sessionId: session.id, rejectedToken, signal })
}

export function approve(request: URLSearchParams): Record<string, string | undefined> {
  return { code: 'the-code', state: request.get('state') ?? '', iss: ISSUER }
}

export function resourceDocument(change: Json = {}): Json {
  return { resource: SERVER, authorization_servers: [ISSUER], ...change }
}

export function issuerDocument(change: Json = {}): Json {
  return {
    issuer: ISSUER,
    authorization_endpoint: AUTHORIZE,
    token_endpoint: TOKEN,
    revocation_endpoint: REVOKE,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    ...change,
  }
}

export function tokenDocument(change: Json = {}): Json {
  return {
    access_token: 'the-access-token',
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: 'the-refresh-token',
    ...change,
  }
}

/** The document of `CLIENT_ID`, and dynamic registration. */
export function defaultSources(): IdentitySources {
  return {
    preRegistered: [],
    published: {
      clientId: CLIENT_ID,
      redirectUris: ['http://127.0.0.1/callback'],
      grantTypes: ['authorization_code', 'refresh_token'],
      reservedOrigin: false,
      authentication: { method: 'none' },
    },
    dynamicRegistration: true,
    clientName: 'Signet',
  }
}

function serve(on: FakeWorld['network']['on'], facts: WorldFacts): void {
  const challenge = facts.challenge ?? `Bearer resource_metadata="${PRM}", scope="read"`
  on(SERVER, () => new Response(null, { status: 401, headers: { 'www-authenticate': challenge } }))
  on(PRM, () => json(resourceDocument(facts.resource)))
  on(AS_METADATA, () => json(issuerDocument(facts.issuer)))
  on(TOKEN, () => json(tokenDocument(facts.token)))
  on(REVOKE, () => new Response(null, { status: 200 }))
}
