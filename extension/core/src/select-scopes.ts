import type { Discovery } from './discover.ts'
import type { SessionInfo } from './session.ts'

/**
 * Which scopes to ask for (MCP scope selection): pinned by the person, else what the challenge names, else
 * everything the resource lists, else none at all. `wider` is what a step-up adds to what was asked before.
 * `offline_access` joins only when the authorization server lists it (MCP refresh tokens), and never when
 * there is nothing else to ask for would change what an absent parameter means.
 *
 * Pure. Undefined means: leave the parameter out.
 */
function selectScopes(facts: {
  readonly pinned: readonly string[] | undefined
  readonly challenged: readonly string[] | undefined
  readonly resourceScopes: readonly string[] | undefined
  readonly issuerScopes: readonly string[] | undefined
  readonly previous: readonly string[]
  readonly offlineAccess: boolean
}): readonly string[] | undefined {
  const asked = facts.pinned ?? facts.challenged ?? facts.resourceScopes
  if (asked === undefined && facts.previous.length === 0) return undefined
  const scopes = new Set([...facts.previous, ...(asked ?? [])])
  if (scopes.size === 0) return undefined
  if (facts.offlineAccess && facts.issuerScopes?.includes('offline_access') === true)
    scopes.add('offline_access')
  return [...scopes]
}

/** The scopes of one sign-in, from what was discovered and what its caller pinned or already had. */
export function requestedScopes(
  { challenge, resource, issuer }: Discovery,
  request: {
    readonly pinnedScopes: readonly string[] | undefined
    readonly previous: SessionInfo | undefined
  },
  offlineAccess = true,
): readonly string[] | undefined {
  return selectScopes({
    pinned: request.pinnedScopes,
    challenged: challenge.scopes,
    resourceScopes: resource.scopesSupported,
    issuerScopes: issuer.scopes_supported,
    // Scopes are words of the server they were asked of.
    previous: request.previous?.issuer === issuer.issuer ? request.previous.requestedScopes : [],
    offlineAccess,
  })
}
