import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import {
  createSignetClient,
  type ClientSignIn,
  type Fetch,
  type IdentitySources,
} from '@signet/core'
import { loopbackReceiver, randomToken, systemFetch } from '@signet/core/node'
import {
  fakeClock,
  memoryLock,
  memorySecrets,
  traceList,
  type SentRequest,
} from '../../support/fake-ports.ts'
import { defaultSources, tokenDocument } from '../../support/fake-world.ts'
import { closeServer, listen } from '../listen.ts'

/** One request as it arrived, and the answer to write. */
export type Answer = (request: ReceivedRequest, response: ServerResponse) => void

export interface ReceivedRequest {
  readonly method: string
  /** Path without query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** One server on 127.0.0.1: what it answers by path, and what it received. */
export interface Party {
  readonly origin: string
  readonly on: (path: string, answer: Answer) => void
  readonly received: readonly ReceivedRequest[]
  readonly to: (path: string) => readonly ReceivedRequest[]
  readonly close: () => Promise<void>
}

async function startParty(): Promise<Party> {
  const answers = new Map<string, Answer>()
  const received: ReceivedRequest[] = []
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://x')
    const { method = '', headers } = request
    const taken = { method, path, query, headers, body: await text(request) }
    received.push(taken)
    const answer = answers.get(path)
    if (answer === undefined) response.writeHead(404).end()
    else answer(taken, response)
  }
  const server = createServer((request, response) => {
    // A client that hangs up in the middle is what many of these tests are about.
    respond(request, response).catch(() => response.destroy())
  })
  const port = await listen(server, '127.0.0.1')
  return {
    origin: `http://127.0.0.1:${port}`,
    on: (path, answer) => void answers.set(path, answer),
    received,
    to: (path) => received.filter((request) => request.path === path),
    close: async () => await closeServer(server),
  }
}

export const reply =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }

export const redirectTo =
  (location: string, status = 302): Answer =>
  (_request, response) =>
    void response.writeHead(status, { location }).end()

/** What a browser does with the page and what it is told to open then; resolves when it is done. */
export type Browse = (url: string) => Promise<unknown>

/** Follows one redirect, as a browser whose person has approved before. */
export const approveAtOnce: Browse = async (url) => {
  const { headers } = await fetch(url, { redirect: 'manual' })
  await fetch(headers.get('location') ?? url)
}

export const PRM_PATH = '/.well-known/oauth-protected-resource/mcp'
export const METADATA_PATH = '/.well-known/oauth-authorization-server'

/**
 * A client on a real network and a real listener, a resource server, an authorization server, and a stranger
 * who should never hear of anything. All are well-behaved until a test says otherwise. The clock is the
 * test's.
 */
export async function networkWorld(
  options: { readonly fetch?: Fetch; readonly sources?: Partial<IdentitySources> } = {},
) {
  const [mcp, as, stranger] = await Promise.all([startParty(), startParty(), startParty()])
  const clock = fakeClock()
  const secrets = memorySecrets()
  const log = traceList()
  const sent: SentRequest[] = []
  const pages: string[] = []
  const minted: string[] = []
  const receiver = { opened: 0, closed: 0, redirectUri: '' }
  const browser: { go: Browse } = { go: approveAtOnce }
  const wire = options.fetch ?? systemFetch
  const serverUrl = `${mcp.origin}/mcp`

  const challenge = `Bearer resource_metadata="${mcp.origin}${PRM_PATH}", scope="read"`
  mcp.on('/mcp', reply({}, 401, { 'www-authenticate': challenge }))
  mcp.on(PRM_PATH, reply({ resource: serverUrl, authorization_servers: [as.origin] }))
  as.on(METADATA_PATH, reply(issuerMetadata(as.origin)))
  as.on('/authorize', ({ query }, response) => {
    const answer = { code: 'the-code', state: query.get('state') ?? '', iss: as.origin }
    redirectTo(withQuery(query.get('redirect_uri') ?? '', answer))({} as ReceivedRequest, response)
  })
  as.on('/token', reply(tokenDocument()))
  as.on('/revoke', (_request, response) => void response.writeHead(200).end())

  const client = createSignetClient(
    {
      fetch: async (url, init) => {
        const { method, headers, body, namedBy } = init
        sent.push({ method, url, headers, body: new URLSearchParams(body ?? ''), namedBy })
        return await wire(url, init)
      },
      clock,
      secrets,
      lock: memoryLock(),
      chooseIssuer: async () => undefined,
      trace: log.trace,
      randomToken: () => {
        const token = randomToken()
        minted.push(token)
        return token
      },
      openBrowser: async (url) => {
        pages.push(url)
        // Like a real browser, the page goes on after the opener has returned.
        browser.go(url).catch(() => undefined)
        return true
      },
    },
    async () => ({ ...defaultSources(), ...options.sources }),
  )
  const openListener = loopbackReceiver({
    ports: [],
    path: '/callback',
    page: { lang: 'en', title: 'Back', body: 'Close this page.' },
  })
  const openReceiver: ClientSignIn['openReceiver'] = async (signal) => {
    const opened = await openListener(signal)
    receiver.opened += 1
    receiver.redirectUri = opened.redirectUri
    return {
      ...opened,
      close: async () => {
        await opened.close()
        receiver.closed += 1
      },
    }
  }
  const signIn = async (
    change: Partial<ClientSignIn> = {},
    signal: AbortSignal = new AbortController().signal,
  ) =>
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
      signal,
    )
  const close = async () => {
    await Promise.all([mcp.close(), as.close(), stranger.close()])
  }
  /** Where the secrets of this world belong. */
  const parties = {
    token: `${as.origin}/token`,
    revocation: `${as.origin}/revoke`,
    server: serverUrl,
  }
  return {
    mcp,
    as,
    stranger,
    serverUrl,
    parties,
    client,
    clock,
    secrets,
    log,
    network: { sent },
    pages,
    minted,
    receiver,
    browser,
    signIn,
    close,
  }
}

export type NetworkWorld = Awaited<ReturnType<typeof networkWorld>>

function issuerMetadata(origin: string, change: Record<string, unknown> = {}) {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    ...change,
  }
}

export function withQuery(url: string, parameters: Record<string, string>): string {
  return `${url}?${new URLSearchParams(parameters).toString()}`
}

/** Resolves when the other side has hung up, however it was told to. */
export async function hungUp(response: ServerResponse): Promise<void> {
  if (!response.closed) await once(response, 'close')
}
