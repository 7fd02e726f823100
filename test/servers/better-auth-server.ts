import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { cimd } from '@better-auth/cimd'
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth, type BetterAuthPlugin } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'
import { closeServer, listen } from './listen.ts'

export interface BetterAuthOptions {
  readonly host: string
  /** For client documents; keep the production origin on this machine with `mappedFetch`. */
  readonly fetch: typeof fetch
  readonly accessTokenSeconds: number
  readonly scopes: readonly string[]
}

export interface BetterAuthServer {
  readonly issuer: string
  readonly jwksUri: string
  /** Makes a resource known, as its administrator would. */
  readonly addResource: (identifier: string) => void
  readonly close: () => Promise<void>
}

const PASSWORD = 'a password nobody has to remember'
const API = '/api/auth'

/**
 * A second real authorization server (Better Auth with its CIMD plugin) on loopback: its issuer has a path,
 * it knows its resources beforehand, and it keeps client keys in a cache of its own.
 */
export async function startBetterAuthServer(options: BetterAuthOptions): Promise<BetterAuthServer> {
  const server = createServer()
  const port = await listen(server, options.host)
  const origin = `http://${options.host}:${port}`
  const tables = emptyTables()
  const handle = createHandler(origin, tables, options)
  const api = toNodeHandler(handle)
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', origin)
    if (url.pathname.startsWith(API) || url.pathname.startsWith('/.well-known/')) {
      void api(request, response)
      return
    }
    void page(handle, request, url).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body)
    })
  })
  return {
    issuer: `${origin}${API}`,
    jwksUri: `${origin}${API}/jwks`,
    addResource: (identifier) => {
      const now = new Date()
      const policy = { name: identifier, disabled: false, createdAt: now, updatedAt: now }
      tables.oauthResource.push({ id: identifier, identifier, ...policy })
    },
    close: async () => await closeServer(server),
  }
}

type Handle = (request: Request) => Promise<Response>

function createHandler(
  origin: string,
  tables: ReturnType<typeof emptyTables>,
  options: BetterAuthOptions,
): Handle {
  return betterAuth({
    baseURL: origin,
    secret: crypto.randomUUID() + crypto.randomUUID(),
    database: memoryAdapter(tables),
    emailAndPassword: { enabled: true },
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    plugins: [
      jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } }),
      // Its types are written for a laxer compiler than this one.
      oauthProvider({
        loginPage: '/sign-in',
        consentPage: '/consent',
        scopes: [...options.scopes, 'offline_access'],
        accessTokenExpiresIn: options.accessTokenSeconds,
        enforcePerClientResources: false,
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }) as BetterAuthPlugin,
      cimd({
        metadataProfile: 'mcp-2026-07-28',
        fetchClientMetadataResource: options.fetch,
        metadataFetchPolicy: {
          maximumFetchesPerMinute: 1000,
          maximumFetchesPerOriginPerMinute: 1000,
        },
      }),
    ],
  }).handler
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: string
}

/** The two pages an application brings along: who are you, and do you agree. */
async function page(handle: Handle, request: IncomingMessage, url: URL): Promise<Answer> {
  if (request.method !== 'POST') {
    const body = `<!doctype html><title>Example login</title><form method="post">${url.pathname}</form>`
    return { status: 200, headers: { 'content-type': 'text/html' }, body }
  }
  const form = new URLSearchParams(await text(request))
  return url.pathname === '/sign-in'
    ? await signIn(handle, form.get('account') ?? '', url)
    : await consent(handle, form.get('action') === 'allow', request.headers.cookie ?? '', url)
}

/** Everybody has an account as soon as they say so. Then the authorization request goes on. */
async function signIn(handle: Handle, email: string, url: URL): Promise<Answer> {
  const credentials = { email, password: PASSWORD, name: email }
  const registered = await post(handle, url, '/sign-up/email', credentials, '')
  const response = registered.ok
    ? registered
    : await post(handle, url, '/sign-in/email', credentials, '')
  const headers = {
    location: `${API}/oauth2/authorize${url.search}`,
    'set-cookie': response.headers.getSetCookie(),
  }
  return { status: 302, headers, body: '' }
}

async function consent(handle: Handle, accept: boolean, cookie: string, url: URL): Promise<Answer> {
  const body = { accept, oauth_query: url.search.slice(1) }
  const response = await post(handle, url, '/oauth2/consent', body, cookie)
  const { url: location } = (await response.json()) as { url: string }
  return { status: 302, headers: { location }, body: '' }
}

async function post(
  handle: Handle,
  { origin }: URL,
  path: string,
  body: object,
  cookie: string,
): Promise<Response> {
  return await handle(
    new Request(`${origin}${API}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, cookie },
      body: JSON.stringify(body),
    }),
  )
}

/** What its memory adapter wants to find. */
export function emptyTables() {
  const table = (): Record<string, unknown>[] => []
  return {
    user: table(),
    session: table(),
    account: table(),
    verification: table(),
    jwks: table(),
    oauthClient: table(),
    oauthRefreshToken: table(),
    oauthAccessToken: table(),
    oauthConsent: table(),
    oauthClientResource: table(),
    oauthResource: table(),
  }
}
