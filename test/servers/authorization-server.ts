import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js'
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import { interactionRoutes, type UnattendedAnswer } from './interaction-pages.ts'
import { closeServer, listen } from './listen.ts'

export interface AuthorizationServerOptions {
  readonly host: string
  /** For client documents; keep the production origin on this machine with `mappedFetch`. */
  readonly fetch: typeof fetch
  /** The origin whose documents the mapped fetch may read although it leads to loopback. */
  readonly documentOrigin: string
  readonly accessTokenSeconds: number
  /** All scopes the resources know, without `offline_access`. */
  readonly scopes: readonly string[]
  readonly registration: boolean
  /** Clients may ask for tokens of their own (RFC 6749 section 4.4). Undefined: they may not. */
  readonly clientCredentials?: boolean
  /** Undefined: a person answers the page. */
  readonly unattended?: () => UnattendedAnswer | undefined
}

/** What the server saw; claims and parameters only, never a token, code or verifier. */
export interface AuthorizationServerRecord {
  readonly documentFetches: string[]
  readonly authorizations: {
    clientId: string
    redirectUri: string
    resource: string
    scope: string
  }[]
  readonly issued: { grant: string; clientId: string; aud: string; scope: string }[]
  readonly revoked: string[]
  /** Grants destroyed because a spent refresh token came again. */
  readonly reuseDetected: number[]
}

export interface TokenLife {
  accessTokenSeconds: number
  /** Opaque: names nobody, and no resource server here can read it. */
  accessTokenFormat: 'jwt' | 'opaque'
  refreshTokenSeconds: number
}

export interface AuthorizationServer {
  readonly issuer: string
  readonly jwksUri: string
  readonly record: AuthorizationServerRecord
  /** Of the tokens issued from now on. */
  readonly life: TokenLife
  readonly close: () => Promise<void>
}

/**
 * A real authorization server (oidc-provider) on loopback: client ID metadata documents, PKCE, resource
 * indicators, refresh with rotation, revocation, DPoP.
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const server = createServer()
  const port = await listen(server, options.host)
  const issuer = `http://${options.host}:${port}`
  const record: AuthorizationServerRecord = {
    documentFetches: [],
    authorizations: [],
    issued: [],
    revoked: [],
    reuseDetected: [],
  }
  const life: TokenLife = {
    accessTokenSeconds: options.accessTokenSeconds,
    accessTokenFormat: 'jwt',
    refreshTokenSeconds: 86_400,
  }
  const provider = new Provider(issuer, await configuration(options, record, life))
  provider.proxy = false
  watch(provider, record)
  // A client may leave `scope` out; this server then grants its first.
  provider.use(async (context, next) => {
    if (
      context.path === '/auth' &&
      context.query.client_id !== undefined &&
      context.query.scope === undefined
    ) {
      context.query = { ...context.query, scope: options.scopes[0] ?? '' }
    }
    await next()
  })
  provider.use(interactionRoutes(provider, options.unattended ?? (() => undefined)))
  const handle = provider.callback()
  server.on('request', (request, response) => void handle(request, response))
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    record,
    life,
    close: async () => await closeServer(server),
  }
}

async function configuration(
  options: AuthorizationServerOptions,
  record: AuthorizationServerRecord,
  life: TokenLife,
): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const signingKey = { ...(await exportJWK(privateKey)), kid: 'test', alg: 'ES256', use: 'sig' }
  const configuration = {
    // Its own memory: named, because losing everything at the end is meant here.
    adapter: createMemoryAdapter(0),
    jwks: { keys: [signingKey] },
    cookies: { keys: [crypto.randomUUID()] },
    clients: [],
    scopes: ['offline_access'],
    claims: {},
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'RS256'],
      idTokenSigningAlgValues: ['ES256'],
    },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    pkce: { required: () => true },
    ttl: {
      AccessToken: () => life.accessTokenSeconds,
      Session: 3600,
      Grant: 86_400,
      Interaction: 600,
      ClientCredentials: () => life.accessTokenSeconds,
      RefreshToken: () => life.refreshTokenSeconds,
    },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, email: sub }),
    }),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      clientCredentials: { enabled: options.clientCredentials ?? false },
      dPoP: { enabled: true },
      registration: { enabled: options.registration },
      clientIdMetadataDocument: {
        enabled: true,
        ack: 'draft-02',
        // Documents change during tests, and must not be read from yesterday.
        cacheDuration: { min: 0, max: 2 },
        allowFetch: () => true,
        allowClient: () => true,
      },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        defaultResource: (_context: unknown, _client: unknown, oneOf: string | undefined) => oneOf,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: options.scopes.join(' '),
          audience: resource,
          accessTokenTTL: life.accessTokenSeconds,
          accessTokenFormat: life.accessTokenFormat,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    issueRefreshToken: (
      _context: unknown,
      client: { grantTypeAllowed: (type: string) => boolean },
      source: { scopes: Set<string> },
    ) => client.grantTypeAllowed('refresh_token') && source.scopes.has('offline_access'),
    rotateRefreshToken: true,
    interactions: {
      url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
    },
    fetch: async (url: string | URL, init: object) => {
      if (new URL(url).origin === options.documentOrigin) {
        record.documentFetches.push(String(url))
        return await options.fetch(url, init)
      }
      return await fetch(url, init)
    },
    renderError: (
      context: KoaContextWithOIDC,
      out: { error: string; error_description?: string },
    ) => {
      context.type = 'html'
      context.body = `<!doctype html><title>Sign-in refused</title><h1>Sign-in refused</h1><p data-error>${out.error}</p>`
    },
  }
  // The typings lag behind the draft features this server is used for.
  return configuration as unknown as Configuration
}

function watch(provider: Provider, record: AuthorizationServerRecord): void {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  provider.on('authorization.accepted', (context) => {
    const { client_id, redirect_uri, resource, scope } = context.oidc.params ?? {}
    record.authorizations.push({
      clientId: text(client_id),
      redirectUri: text(redirect_uri),
      resource: text(resource),
      scope: text(scope),
    })
  })
  provider.on('grant.success', (context) => {
    const token = context.oidc.entities.AccessToken
    record.issued.push({
      grant: text(context.oidc.params?.grant_type),
      clientId: text(token?.clientId),
      aud: String(token?.aud ?? ''),
      scope: text(token?.scope),
    })
  })
  provider.on('refresh_token.destroyed', (token) =>
    record.revoked.push(`refresh_token ${text(token.clientId)}`),
  )
  provider.on('access_token.destroyed', (token) =>
    record.revoked.push(`access_token ${text(token.clientId)}`),
  )
  provider.on('grant.revoked', () => record.reuseDetected.push(Date.now()))
}
