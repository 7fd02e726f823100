import { registerHooks } from 'node:module'
import { cimd } from '@better-auth/cimd'
import { oauthProvider } from '@better-auth/oauth-provider'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { betterAuth, type BetterAuthPlugin } from 'better-auth'
import { jwt } from 'better-auth/plugins'
import { readDocumentText } from '../../site/src/client-metadata/document-text.ts'
import { listMember } from '../../site/src/client-metadata/members.ts'
import { DOCUMENT_ORIGIN, type ServedDocument } from '../fixtures/documents.ts'
import { startAuthorizationServer } from './authorization-server.ts'
import { emptyTables } from './better-auth-server.ts'

/** A real authorization server that is asked one thing: does it take this client_id? */
export interface ProfileServer {
  /** Whether an authorization request of this client gets beyond the client. */
  readonly accepts: (clientId: string) => Promise<boolean>
  readonly close: () => Promise<void>
}

type Serve = (clientId: string) => ServedDocument | undefined

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** What a server's fetch gets for a client_id: the document, and nothing from any network. */
function answerFor(serve: Serve) {
  return async (url: string | URL): Promise<Response> => {
    const document = serve(String(url))
    if (document === undefined) throw new TypeError(`nothing is served at ${String(url)}`)
    const { body, status, headers } = document
    return new Response(typeof body === 'string' ? body : new Uint8Array(body), { status, headers })
  }
}

/** A listed redirect URI, http(s) if there is one, so that only the client itself can be refused. */
function listedRedirectUri(document: ServedDocument | undefined): string {
  const body = document?.body ?? ''
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const uris = listMember(readDocumentText(bytes).document ?? {}, 'redirect_uris') ?? []
  return uris.find((uri) => uri.startsWith('http')) ?? uris[0] ?? 'http://127.0.0.1/callback'
}

/** An authorization request that nothing but its client is wrong with. */
function query(clientId: string, serve: Serve): string {
  return new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: listedRedirectUri(serve(clientId)),
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'state-of-the-test',
    scope: 'offline_access',
  }).toString()
}

/** oidc-provider, over HTTP: beyond the client is everything but its page about the client. */
export async function startOidcProvider(serve: Serve): Promise<ProfileServer> {
  const server = await startAuthorizationServer({
    host: '127.0.0.1',
    fetch: answerFor(serve) as typeof fetch,
    documentOrigin: DOCUMENT_ORIGIN,
    accessTokenSeconds: 60,
    scopes: ['mcp:read'],
    registration: false,
  })
  return {
    accepts: async (clientId) => {
      const response = await fetch(`${server.issuer}/auth?${query(clientId, serve)}`, {
        redirect: 'manual',
      })
      const page = await response.text()
      const error = /data-error>([^<]*)</.exec(page)?.[1]
      return !['invalid_client', 'invalid_client_metadata', 'invalid_redirect_uri'].includes(
        error ?? '',
      )
    },
    close: server.close,
  }
}

/** Better Auth with the CIMD plugin and its MCP profile, through its request handler. */
export async function startBetterAuth(serve: Serve): Promise<ProfileServer> {
  const taken = new Set<string>()
  const auth = betterAuth({
    baseURL: 'https://auth.acme-software.dev',
    secret: 'a secret of this test, long enough to be taken',
    database: memoryAdapter(emptyTables()),
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    plugins: [
      jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } }),
      // Its types are written for a laxer compiler than this one.
      oauthProvider({
        loginPage: '/sign-in',
        consentPage: '/consent',
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }) as BetterAuthPlugin,
      cimd({
        metadataProfile: 'mcp-2026-07-28',
        fetchClientMetadataResource: answerFor(serve) as never,
        metadataFetchPolicy: {
          maximumFetchesPerMinute: 1000,
          maximumFetchesPerOriginPerMinute: 1000,
        },
        onClientCreated: ({ client }) => {
          taken.add(client.clientId)
        },
      }),
    ],
  })
  return {
    accepts: async (clientId) => {
      await auth.handler(
        new Request(
          `https://auth.acme-software.dev/api/auth/oauth2/authorize?${query(clientId, serve)}`,
        ),
      )
      return taken.has(clientId)
    },
    close: async () => await Promise.resolve(),
  }
}

/** Cloudflare's provider outside its runtime: the module it imports from there, and a memory for its records. */
export async function startCloudflare(serve: Serve): Promise<ProfileServer> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'cloudflare:workers'
        ? { url: WORKERS_MODULE, shortCircuit: true }
        : next(specifier, context),
  })
  const globals = globalThis as { Cloudflare?: unknown; fetch: typeof fetch }
  const realFetch = globals.fetch
  const { warn } = console
  // It tells an operator about every refusal; here refusals are the point.
  console.warn = () => undefined
  Object.defineProperty(globals, 'Cloudflare', {
    configurable: true,
    value: { compatibilityFlags: { global_fetch_strictly_public: true } },
  })
  const { OAuthProvider } = await import('@cloudflare/workers-oauth-provider')
  hooks.deregister()
  globals.fetch = answerFor(serve) as typeof fetch
  const provider = new OAuthProvider({
    apiRoute: '/mcp',
    apiHandler: { fetch: () => new Response('api') },
    defaultHandler: {
      fetch: async (request: Request, env: { OAUTH_PROVIDER: OAuthHelpers }) => {
        await env.OAUTH_PROVIDER.parseAuthRequest(request)
        return new Response('consent')
      },
    },
    authorizeEndpoint: 'https://auth.acme-software.dev/authorize',
    tokenEndpoint: 'https://auth.acme-software.dev/token',
    clientIdMetadataDocumentEnabled: true,
    resourceMetadata: { resource: 'https://auth.acme-software.dev/mcp' },
  } as never)
  const env = { OAUTH_KV: memoryStore() }
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} }
  return {
    accepts: async (clientId) => {
      const url = `https://auth.acme-software.dev/authorize?${query(clientId, serve)}`
      try {
        const response = await provider.fetch(new Request(url), env, context)
        return response.status === 200
      } catch (error) {
        if (error instanceof Error && ['CimdFetchError', 'AuthorizationError'].includes(error.name))
          return false
        throw error
      }
    },
    close: async () => {
      globals.fetch = realFetch
      console.warn = warn
      delete globals.Cloudflare
      await Promise.resolve()
    },
  }
}

interface OAuthHelpers {
  readonly parseAuthRequest: (request: Request) => Promise<unknown>
}

const WORKERS_MODULE = 'data:text/javascript,export class WorkerEntrypoint {}'

function memoryStore() {
  const records = new Map<string, string>()
  return {
    get: (key: string, options?: { type?: string }) => {
      const value = records.get(key) ?? null
      return Promise.resolve(
        value !== null && options?.type === 'json' ? (JSON.parse(value) as unknown) : value,
      )
    },
    put: (key: string, value: string) => Promise.resolve(void records.set(key, value)),
    delete: (key: string) => Promise.resolve(void records.delete(key)),
    list: () => Promise.resolve({ keys: [], list_complete: true }),
  }
}
