import type { AuthorizationServer } from 'oauth4webapi'
import { requestChallenge, type Challenge } from './challenge.ts'
import { createDocumentCache } from './document-cache.ts'
import { onBehalfOf } from './endpoint-policy.ts'
import { errorSource, type ErrorSource } from './error-source.ts'
import { isSignInError, type SignInError, type SignInErrorCode } from './errors.ts'
import { chooseIdentity, type IdentitySources } from './identity.ts'
import { checkPkce, fetchIssuerMetadata } from './issuer-metadata.ts'
import type { CorePorts } from './ports.ts'
import { fetchResourceMetadata, type ResourceMetadata } from './resource-metadata.ts'
import { parseServerUrl, type ServerUrl } from './server-url.ts'
import { toleratedIn, toleranceFor, type Tolerance } from './tolerances.ts'

/** What is worth saying about a server that no error code says. */
export type ObservationId =
  | 'several_issuers'
  | 'resource_is_parent'
  | 'challenge_without_metadata'
  | 'iss_not_announced'
  | 'revocation_not_offered'
  | 'refresh_not_offered'
  | 'identity_found'
  | 'tolerated'

export interface Finding {
  readonly id: ObservationId | SignInErrorCode
  readonly severity: 'error' | 'warning' | 'info'
  readonly step: ErrorSource['step']
  readonly section: string
  /** The failure behind it; undefined for an observation. */
  readonly error: SignInError | undefined
  /** What the person can allow this issuer, so that it is no failure; undefined: nothing. */
  readonly tolerance?: Tolerance | undefined
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
        const tolerated = sources.tolerances?.get(id) ?? []
        const issuer = await fetchIssuerMetadata(named, id, server, signal, tolerated)
        checkPkce(id, issuer, tolerated)
        findings.push(...aboutIssuer(id, issuer))
        for (const redirectUri of redirectUris)
          await collect(findings, async () =>
            findings.push(...(await Promise.resolve(aboutIdentity(issuer, redirectUri, sources)))),
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
      tolerance: toleranceFor(error),
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
  { url, resource, exact, authorizationServers: issuers }: ResourceMetadata,
): readonly Finding[] {
  return [
    ...when(challenge.resourceMetadata === undefined, 'challenge_without_metadata', { found: url }),
    ...when(!exact, 'resource_is_parent', { server: server.url, resource }),
    ...when(issuers.length > 1, 'several_issuers', { issuers }),
  ]
}

function aboutIssuer(named: string, metadata: AuthorizationServer): readonly Finding[] {
  const { issuer, grant_types_supported: grants } = metadata
  const announced = metadata.authorization_response_iss_parameter_supported === true
  const tolerated = toleratedIn(named, metadata)
  return [
    ...when(tolerated.length > 0, 'tolerated', { named, issuer, tolerated }),
    ...when(!announced, 'iss_not_announced', { issuer }),
    ...when(metadata.revocation_endpoint === undefined, 'revocation_not_offered', { issuer }),
    ...when(grants?.includes('refresh_token') === false, 'refresh_not_offered', { issuer }),
  ]
}

/** How a sign-in would identify itself with this redirect URI. Throws `no_client_identity`. */
function aboutIdentity(
  metadata: AuthorizationServer,
  redirectUri: string,
  sources: IdentitySources,
): readonly Finding[] {
  const use = { redirectUri, grantType: 'authorization_code' }
  const choice = chooseIdentity(metadata, use, sources, [])
  return when(true, 'identity_found', {
    issuer: metadata.issuer,
    redirect_uri: redirectUri,
    kind: choice.use === 'known' ? choice.identity.kind : 'dcr',
    passed_over: choice.passedOver,
  })
}

/** How much each observation matters, the step it belongs to, and the text that rules it. */
const OBSERVATIONS: Readonly<
  Record<ObservationId, readonly [Finding['severity'], Finding['step'], string]>
> = {
  challenge_without_metadata: ['info', 'challenge', 'RFC 9728 section 5.1'],
  resource_is_parent: ['info', 'resource-metadata', 'RFC 9728 section 3.3'],
  several_issuers: ['info', 'resource-metadata', 'RFC 9728 section 7.6'],
  tolerated: ['warning', 'issuer-metadata', 'RFC 8414 section 2'],
  iss_not_announced: ['warning', 'issuer-metadata', 'RFC 9207 section 3'],
  revocation_not_offered: ['warning', 'issuer-metadata', 'RFC 7009 section 2'],
  refresh_not_offered: ['warning', 'issuer-metadata', 'RFC 8414 section 2'],
  identity_found: ['info', 'identity', 'MCP 2026-07-28 authorization, client registration'],
}

function when(holds: boolean, id: ObservationId, detail: Finding['detail']): readonly Finding[] {
  const [severity, step, section] = OBSERVATIONS[id]
  return holds ? [{ id, severity, step, section, error: undefined, detail }] : []
}
