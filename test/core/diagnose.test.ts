import { deepEqual, equal, ok } from 'node:assert/strict'
import { diagnosisText, findingWords } from '../../extension/src/diagnosis-words.ts'
import { json } from '../support/fake-ports.ts'
import {
  AS_METADATA,
  fakeWorld,
  ISSUER,
  issuerDocument,
  PRM,
  REDIRECT,
  resourceDocument,
  SERVER,
  TOKEN,
  type FakeWorld,
} from '../support/fake-world.ts'
import { plainL10n } from '../support/plain-l10n.ts'

const { signal } = new AbortController()
const diagnose = async (world: FakeWorld, server = SERVER) =>
  await world.client.diagnose(server, [REDIRECT], signal)

/** Findings as `severity id`. */
async function found(world: FakeWorld, server?: string): Promise<readonly string[]> {
  return (await diagnose(world, server)).findings.map(({ severity, id }) => `${severity} ${id}`)
}

describe('Diagnosing a server (C, D)', () => {
  it('finds nothing wrong with a server that works, and opens no page', async () => {
    const world = fakeWorld()
    const { verdict, findings } = await diagnose(world)
    equal(verdict, 'ok')
    deepEqual(
      findings.map(({ id, detail }) => [id, detail.kind]),
      [['identity_found', 'cimd']],
    )
    equal(world.opened.length, 0)
    equal(world.network.to(TOKEN).length, 0)
    equal(world.secrets.entries.size, 0)
  })

  it('makes each request on the word of the server it asks about (D5, C2)', async () => {
    const world = fakeWorld()
    await diagnose(world)
    equal(world.network.sent.length, 3)
    for (const { namedBy } of world.network.sent) equal(namedBy, new URL(SERVER).hostname)
  })

  const observed: [string, Parameters<typeof fakeWorld>[0], string][] = [
    [
      'no iss',
      { issuer: { authorization_response_iss_parameter_supported: undefined } },
      'warning iss_not_announced',
    ],
    [
      'no revocation',
      { issuer: { revocation_endpoint: undefined } },
      'warning revocation_not_offered',
    ],
    [
      'no refresh',
      { issuer: { grant_types_supported: ['authorization_code'] } },
      'warning refresh_not_offered',
    ],
    ['a bare challenge', { challenge: 'Bearer' }, 'info challenge_without_metadata'],
    [
      'a parent resource',
      { resource: { resource: 'https://mcp.service.test' } },
      'info resource_is_parent',
    ],
    [
      'no way to identify',
      { issuer: { client_id_metadata_document_supported: false } },
      'error no_client_identity',
    ],
    [
      'no PKCE',
      { issuer: { code_challenge_methods_supported: undefined } },
      'error pkce_unsupported',
    ],
    [
      'a foreign resource',
      { resource: { resource: 'https://evil.test' } },
      'error resource_mismatch',
    ],
  ]
  for (const [name, facts, expected] of observed) {
    it(`sees ${name}`, async () => {
      const all = await found(fakeWorld(facts))
      ok(all.includes(expected), all.join(', '))
    })
  }

  it('looks at every authorization server, also behind a broken one', async () => {
    const world = fakeWorld({
      resource: { authorization_servers: ['https://gone.test', ISSUER] },
    })
    deepEqual(await found(world), [
      'info several_issuers',
      'error discovery_unreachable',
      'info identity_found',
    ])
  })

  it('says unknown when nobody answers, and bad when the answer is wrong', async () => {
    equal((await diagnose(fakeWorld(), 'https://nobody.test/mcp')).verdict, 'unknown')
    equal((await diagnose(fakeWorld(), 'ftp://x')).verdict, 'bad')
  })

  it('asks afresh each time: yesterday’s metadata explains nothing', async () => {
    const world = fakeWorld()
    await diagnose(world)
    world.network.on(AS_METADATA, () => json(issuerDocument({ issuer: 'https://other.test' })))
    ok((await found(world)).includes('error issuer_mismatch'))
  })

  it('has words and a fix for every finding, and encodes what a server wrote', async () => {
    const world = fakeWorld({ issuer: { revocation_endpoint: undefined } })
    world.network.on(PRM, () =>
      json(resourceDocument({ authorization_servers: [ISSUER, 'https://x.test/\nERROR  forged'] })),
    )
    const diagnosis = await diagnose(world)
    for (const finding of diagnosis.findings) {
      const { message, fix } = findingWords(finding, plainL10n)
      ok(/[.!]$/.test(message) && fix.length > 5, finding.id)
    }
    equal(/^ERROR {2}forged/m.test(diagnosisText(diagnosis, plainL10n)), false)
  })
})
