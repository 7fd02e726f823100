import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { createDocumentCache, parseServerUrl } from '@signet/core'
import { checkPkce, fetchIssuerMetadata } from '../../../extension/core/src/issuer-metadata.ts'
import { fetchResourceMetadata } from '../../../extension/core/src/resource-metadata.ts'
import { fakeClock, json } from '../../support/fake-ports.ts'
import { ISSUER, issuerDocument, PRM, resourceDocument, SERVER } from '../../support/fake-world.ts'
import { anyJson, anyUrl, damaged, outcomeOf, RUNS } from '../../support/hostile-values.ts'

const { signal } = new AbortController()
const challenge = { resourceMetadata: PRM, scopes: undefined, error: undefined, dpop: false }
const answering = (body: unknown) => {
  const clock = fakeClock()
  return { fetch: async () => json(body), clock, documents: createDocumentCache(clock) }
}
const resourceFrom = async (body: unknown) =>
  await outcomeOf(
    async () =>
      await fetchResourceMetadata(answering(body), parseServerUrl(SERVER), challenge, signal),
  )
const issuerFrom = async (body: unknown) =>
  await outcomeOf(async () => {
    const server = parseServerUrl(SERVER)
    const issuer = await fetchIssuerMetadata(answering(body), ISSUER, server, signal)
    checkPkce(ISSUER, issuer, [])
    return issuer
  })

const RESOURCE_CODES = ['resource_metadata_invalid', 'resource_mismatch']
const ISSUER_CODES = [
  'issuer_metadata_invalid',
  'issuer_mismatch',
  'endpoint_insecure',
  'endpoint_missing',
  'pkce_unsupported',
]

describe('Any protected resource metadata (A1.5 to A1.7)', () => {
  it('is refused by a code, or names this server and at least one issuer', async () => {
    const documents = fc.oneof(anyJson, damaged(resourceDocument({ scopes_supported: ['read'] })))
    await fc.assert(
      fc.asyncProperty(documents, async (body) => {
        const { value, error } = await resourceFrom(body)
        if (error !== undefined) {
          ok(RESOURCE_CODES.includes(error.code), error.code)
          return
        }
        equal(value.resource, SERVER)
        ok(value.authorizationServers.every((issuer) => typeof issuer === 'string'))
        ok(value.authorizationServers.length > 0)
      }),
      { ...RUNS, numRuns: 500 },
    )
  })

  it('is never accepted for another origin, whatever its resource is (D3)', async () => {
    const resources = fc.oneof(anyUrl, fc.constantFrom(...lookalikes()))
    await fc.assert(
      fc.asyncProperty(resources, async (resource) => {
        const { value } = await resourceFrom(resourceDocument({ resource }))
        if (value === undefined) return
        const accepted = new URL(value.resource)
        equal(value.resource, resource, 'kept byte for byte (G2)')
        equal(accepted.origin, new URL(SERVER).origin)
        ok(['/', '/mcp', '/mcp/'].includes(accepted.pathname), accepted.pathname)
        equal(`${accepted.username}${accepted.password}${accepted.search}${accepted.hash}`, '')
      }),
      { ...RUNS, numRuns: 500 },
    )
  })
})

describe('Any authorization server metadata (A2.9 to A2.12)', () => {
  it('is refused by a code, or has the issuer asked for, S256 and https endpoints', async () => {
    const good = issuerDocument({
      registration_endpoint: `${ISSUER}/register`,
      scopes_supported: ['a'],
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyJson, damaged(good)), async (body) => {
        const { value, error } = await issuerFrom(body)
        if (error !== undefined) {
          ok(ISSUER_CODES.includes(error.code), error.code)
          return
        }
        equal(value.issuer, ISSUER)
        if (value.authorization_endpoint !== undefined)
          ok(value.code_challenge_methods_supported?.includes('S256'))
        for (const [name, url] of Object.entries(value)) {
          if (name.endsWith('_endpoint')) equal(new URL(url as string).protocol, 'https:', name)
        }
      }),
      { ...RUNS, numRuns: 500 },
    )
  })

  it('is accepted with no other spelling of its issuer (A2.10)', async () => {
    const spellings = fc.oneof(
      anyUrl,
      fc.constantFrom(
        `${ISSUER}/`,
        `${ISSUER}:443`,
        ISSUER.toUpperCase(),
        ` ${ISSUER}`,
        `${ISSUER}#`,
        `${ISSUER}?`,
      ),
    )
    await fc.assert(
      fc.asyncProperty(spellings, async (issuer) => {
        const { error } = await issuerFrom(issuerDocument({ issuer }))
        if (issuer === ISSUER) equal(error, undefined)
        else equal(error?.code, 'issuer_mismatch')
      }),
      RUNS,
    )
  })

  it('leads no request of ours beyond https (D4, D5)', async () => {
    const names = fc.constantFrom('authorization_endpoint', 'token_endpoint', 'revocation_endpoint')
    await fc.assert(
      fc.asyncProperty(names, anyUrl, async (name, url) => {
        const { value } = await issuerFrom(issuerDocument({ [name]: url }))
        if (value === undefined) return
        const { protocol, username, hostname } = new URL(url)
        equal(protocol, 'https:')
        equal(username, '')
        equal(/^(127\.|10\.|\[::1\]|localhost)/.test(hostname), false, hostname)
      }),
      { ...RUNS, numRuns: 500 },
    )
  })
})

/** Resources that a careless comparison takes for the server's own. */
function lookalikes(): readonly string[] {
  return [
    'https://mcp.service.test.evil.test/mcp',
    'https://mcp.service.test@evil.test/mcp',
    'https://:x@mcp.service.test/mcp',
    'https://evil.test/mcp.service.test/mcp',
    'https://mcp.service.test:8443/mcp',
    'http://mcp.service.test/mcp',
    'https://mcp.service.test/mcp/../admin',
    'https://mcp.service.test/mc',
    'https://mcp.service.test/mcp2',
    'https://mcp.service.test/mcp/tools',
    'https://mcp.service.test/mcp?tenant=2',
    'https://mcp.service.test/mcp#x',
    'https://mcp.service.test.',
  ]
}
