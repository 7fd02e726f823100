import type { AuthorizationServer } from 'oauth4webapi'
import { requestChallenge, type Challenge } from './challenge.ts'
import { createDocumentCache } from './document-cache.ts'
import { onBehalfOf } from './endpoint-policy.ts'
import { errorSource, type ErrorSource } from './error-source.ts'
import { isSignInError, type SignInError, type SignInErrorCode } from './errors.ts'
import { chooseIdentity, type IdentitySources } from './identity.ts'
import { fetchIssuerMetadata } from './issuer-metadata.ts'
import type { CorePorts } from './ports.ts'
import { fetchResourceMetadata, type ResourceMetadata } from './resource-metadata.ts'
import { parseServerUrl, type ServerUrl } from './server-url.ts'

/** What is worth saying about a server that no error code says. */
export type ObservationId =
  | 'several_issuers'
  | 'resource_is_parent'
  | 'challenge_without_metadata'
  | 'iss_not_announced'
  | 'revocation_not_offered'
  | 'refresh_not_offered'
  | 'identity_found'

export interface Finding {
  readonly id: ObservationId | SignInErrorCode
  readonly severity: 'error' | 'warning' | 'info'
  readonly step: ErrorSource['step']
  readonly section: string
  /** The failure behind it; undefined for an observation. */
  readonly error: SignInError | undefined
  /** Public protocol values; those of a server are untrusted text. */
  readonly detail: Readonly<Record<string, string | readonly string[]>>
}

export interface Diagnosis {
  readonly server: string
  /** `unknown`: a server did not answer, so nothing can be said of it. */
  readonly verdict: 'ok' | 'degraded' | 'bad' | 'unknown'
  readonly findings: readonly Finding[]
}

const UNREACHABLE: readonly string[] = ['server_unreachable', 'discovery_unreachable']

/**
 * Walks the steps of a sign-in up to the browser and says what is wrong, and what will be missed: every
 * authorization server the resource names, every redirect URI this host may use. Opens nothing, registers
 * nothing, stores nothing. Failures are findings; throws `cancelled` alone.
 */
export async function diagnose(
  ports: Pick<CorePorts, 'fetch' | 'clock'>,
  serverUrl: string,
  redirectUris: readonly string[],
  sources: IdentitySources,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const findings: Finding[] = []
  const all = { ...ports, documents: createDocumentCache(ports.clock) }
  await collect(findings, async () => {
    const server = parseServerUrl(serverUrl)
    const named = onBehalfOf(all, server)
    const challenge = await requestChallenge(named, server, signal)
    const resource = await fetchResourceMetadata(named, server, challenge, signal)
    findings.push(...aboutResource(server, challenge, resource))
    for (const id of resource.authorizationServers) {
      await collect(findings, async () => {
        const issuer = await fetchIssuerMetadata(named, id, server, signal)
        findings.push(...aboutIssuer(issuer))
        for (const redirectUri of redirectUris)
          await collect(findings, async () =>
            findings.push(await Promise.resolve(aboutIdentity(issuer, redirectUri, sources))),
          )
      })
    }
  })
  return { server: serverUrl, verdict: verdictOf(findings), findings }
}

/** Turns a typed failure into a finding; nothing else is caught. */
async function collect(findings: Finding[], task: () => Promise<unknown>): Promise<void> {
  try {
    await task()
  } catch (error) {
    if (!isSignInError(error) || error.code === 'cancelled') throw error
    findings.push({
      id: error.code,
      severity: error.code === 'server_open' ? 'info' : 'error',
      ...errorSource(error.code),
      error,
      detail: {},
    })
  }
}

function verdictOf(findings: readonly Finding[]): Diagnosis['verdict'] {
  if (findings.some(({ severity, id }) => severity === 'error' && !UNREACHABLE.includes(id)))
    return 'bad'
  if (findings.some(({ severity }) => severity === 'error')) return 'unknown'
  return findings.some(({ severity }) => severity === 'warning') ? 'degraded' : 'ok'
}

function aboutResource(
  server: ServerUrl,
  challenge: Challenge,
  resource: ResourceMetadata,
): readonly Finding[] {
  const step = 'resource-metadata'
  const { authorizationServers } = resource
  return [
    ...when(challenge.resourceMetadata === undefined, {
      id: 'challenge_without_metadata',
      severity: 'info',
      step: 'challenge',
      section: 'RFC 9728 section 5.1',
      detail: { found: resource.url },
    }),
    ...when(!resource.exact, {
      id: 'resource_is_parent',
      severity: 'info',
      step,
      section: 'RFC 9728 section 3.3',
      detail: { server: server.url, resource: resource.resource },
    }),
    ...when(authorizationServers.length > 1, {
      id: 'several_issuers',
      severity: 'info',
      step,
      section: 'RFC 9728 section 7.6',
      detail: { issuers: authorizationServers },
    }),
  ]
}

function aboutIssuer(issuer: AuthorizationServer): readonly Finding[] {
  const step = 'issuer-metadata'
  const detail = { issuer: issuer.issuer }
  return [
    ...when(issuer.authorization_response_iss_parameter_supported !== true, {
      id: 'iss_not_announced',
      severity: 'warning',
      step,
      section: 'RFC 9207 section 3',
      detail,
    }),
    ...when(issuer.revocation_endpoint === undefined, {
      id: 'revocation_not_offered',
      severity: 'warning',
      step,
      section: 'RFC 7009 section 2',
      detail,
    }),
    ...when(issuer.grant_types_supported?.includes('refresh_token') === false, {
      id: 'refresh_not_offered',
      severity: 'warning',
      step,
      section: 'RFC 8414 section 2',
      detail,
    }),
  ]
}

/** How a sign-in would identify itself with this redirect URI. Throws `no_client_identity`. */
function aboutIdentity(
  issuer: AuthorizationServer,
  redirectUri: string,
  sources: IdentitySources,
): Finding {
  const use = { redirectUri, grantType: 'authorization_code' }
  const choice = chooseIdentity(issuer, use, sources, [])
  return {
    id: 'identity_found',
    severity: 'info',
    step: 'identity',
    section: 'MCP 2026-07-28 authorization, client registration',
    error: undefined,
    detail: {
      issuer: issuer.issuer,
      redirect_uri: redirectUri,
      kind: choice.use === 'known' ? choice.identity.kind : 'dcr',
      passed_over: choice.passedOver,
    },
  }
}

function when(
  holds: boolean,
  finding: Omit<Finding, 'error' | 'id'> & { readonly id: ObservationId },
): readonly Finding[] {
  return holds ? [{ ...finding, error: undefined }] : []
}
