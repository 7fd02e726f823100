import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { createDocumentCache, parseServerUrl, type Tolerance } from '@signet/core'
import { findingWords } from '../../extension/src/diagnosis-words.ts'
import { checkPkce, fetchIssuerMetadata } from '../../extension/core/src/issuer-metadata.ts'
import { expectCode } from '../support/expect-code.ts'
import { fakeClock, json } from '../support/fake-ports.ts'
import {
  accessOf,
  approve,
  AS_METADATA,
  fakeWorld,
  ISSUER,
  issuerDocument,
  PRM,
  REDIRECT,
  REGISTER,
  resourceDocument,
  REVOKE,
  SERVER,
  TOKEN,
  type WorldFacts,
} from '../support/fake-world.ts'
import { anyJson, anyUrl, outcomeOf, RUNS } from '../support/hostile-values.ts'
import { plainL10n } from '../support/plain-l10n.ts'

const { signal } = new AbortController()
const SLASH: Tolerance = 'issuer_trailing_slash'
const NO_PKCE: Tolerance = 'code_challenge_methods_missing'
const ALL = [SLASH, NO_PKCE]
/** What the server calls itself. */
const OWN = `${ISSUER}/`

const slashServer: WorldFacts = {
  issuer: { issuer: OWN },
  response: (request) => ({ ...approve(request), iss: OWN }),
}
const silentOnPkce: WorldFacts = { issuer: { code_challenge_methods_supported: undefined } }

const allowing = (facts: WorldFacts, issuer: string, tolerated: readonly Tolerance[]) =>
  fakeWorld({ ...facts, sources: { tolerances: new Map([[issuer, tolerated]]) } })

const noteOf = (world: ReturnType<typeof fakeWorld>) =>
  world.log.events.find(({ step }) => step === 'issuer-metadata')

describe('An issuer that is allowed a slash (RFC 8414 section 3.3; design decision 4)', () => {
  it('is called by its own name from then on: iss, session, registration, refresh (A5.32, A6.42)', async () => {
    const world = allowing(
      {
        ...slashServer,
        issuer: {
          issuer: OWN,
          client_id_metadata_document_supported: false,
          registration_endpoint: REGISTER,
        },
      },
      ISSUER,
      [SLASH],
    )
    world.network.on(REGISTER, () => json({ client_id: 'c' }, 201))
    const session = await world.signIn()
    equal(session.issuer, OWN)
    ok(world.secrets.entries.has(`registration/v1/${OWN} ${REDIRECT}`))
    world.clock.advance(3_600_000)
    await accessOf(world.client, session)
    equal(world.network.to(TOKEN).length, 2, 'refreshed')
    equal((await world.client.signOut(session.id, signal)).revocation, 'revoked')
    equal(world.network.to(REVOKE).length, 2)
  })

  it('is noted each time, with both names', async () => {
    const world = allowing(slashServer, ISSUER, [SLASH])
    await world.signIn()
    const { outcome, detail } = noteOf(world) ?? {}
    equal(outcome, 'note')
    deepEqual([detail?.issuer, detail?.named, detail?.tolerated], [OWN, ISSUER, [SLASH]])
    const strict = fakeWorld()
    await strict.signIn()
    equal(noteOf(strict)?.outcome, 'ok')
    equal(noteOf(strict)?.detail.tolerated, undefined)
  })

  it('answers with its own name and no other, not even the one it was found by (A5.31, A5.32)', async () => {
    const facts = { ...slashServer, response: approve }
    const { expected } = await expectCode(
      allowing(facts, ISSUER, ALL).signIn(),
      'redirect_issuer_mismatch',
    )
    equal(expected, OWN)
  })

  it('is refreshed with the metadata that the sign-in has found: one request', async () => {
    const world = allowing(slashServer, ISSUER, [SLASH])
    const session = await world.signIn()
    world.clock.advance(3_550_000)
    await accessOf(world.client, session)
    equal(world.network.to(AS_METADATA).length, 1)
  })

  it('stays the choice among several, under either name (A1.6)', async () => {
    const servers = ['https://first.test', ISSUER]
    let asked = 0
    const world = allowing(
      {
        ...slashServer,
        resource: { authorization_servers: servers },
        ports: { chooseIssuer: async () => ((asked += 1), ISSUER) },
      },
      ISSUER,
      [SLASH],
    )
    const previous = await world.signIn()
    await world.signIn({ previous })
    equal(asked, 1)
  })
})

describe('An issuer that is allowed to say nothing of PKCE (MCP authorization code protection)', () => {
  it('gets the challenge and the verifier all the same, and is noted (A4.21)', async () => {
    const world = allowing(silentOnPkce, ISSUER, [NO_PKCE])
    const session = await world.signIn()
    equal(world.opened[0]?.get('code_challenge_method'), 'S256')
    ok(world.network.to(TOKEN)[0]?.body.has('code_verifier'))
    deepEqual([noteOf(world)?.outcome, noteOf(world)?.detail.tolerated], ['note', [NO_PKCE]])
    world.clock.advance(3_600_000)
    await accessOf(world.client, session)
  })

  for (const methods of [[], ['plain'], 'S256', null]) {
    it(`is refused when it says ${JSON.stringify(methods)} (A2.11)`, async () => {
      const facts = { issuer: { code_challenge_methods_supported: methods } }
      const world = allowing(facts, ISSUER, ALL)
      const { announced } = await expectCode(world.signIn(), 'pkce_unsupported')
      equal(announced, true)
      equal(world.opened.length, 0)
    })
  }
})

describe('Without the opt-in', () => {
  const both: WorldFacts = { issuer: { ...slashServer.issuer, ...silentOnPkce.issuer } }
  const cases: [string, WorldFacts, string, readonly Tolerance[], string][] = [
    ['a slash, nothing allowed', slashServer, ISSUER, [], 'issuer_mismatch'],
    ['a slash, the other thing allowed', slashServer, ISSUER, [NO_PKCE], 'issuer_mismatch'],
    ['a slash, another issuer allowed', slashServer, 'https://other.test', ALL, 'issuer_mismatch'],
    ['a slash, its other name allowed', slashServer, OWN, ALL, 'issuer_mismatch'],
    ['a slash, a part allowed', slashServer, 'https://login.service', ALL, 'issuer_mismatch'],
    ['no PKCE, nothing allowed', silentOnPkce, ISSUER, [], 'pkce_unsupported'],
    ['no PKCE, the other thing allowed', silentOnPkce, ISSUER, [SLASH], 'pkce_unsupported'],
    ['no PKCE, another issuer allowed', silentOnPkce, 'https://o.test', ALL, 'pkce_unsupported'],
    ['no PKCE, another spelling allowed', silentOnPkce, `${ISSUER}/`, ALL, 'pkce_unsupported'],
    ['both, one allowed', both, ISSUER, [SLASH], 'pkce_unsupported'],
    ['both, the other allowed', both, ISSUER, [NO_PKCE], 'issuer_mismatch'],
  ]
  for (const [name, facts, issuer, tolerated, code] of cases) {
    it(`a server is refused as ever: ${name} (A2.10, A2.11)`, async () => {
      const world = allowing(facts, issuer, tolerated)
      const error = await world.signIn().then(
        () => undefined,
        (thrown: unknown) => thrown as { code: string },
      )
      equal(error?.code, code)
      deepEqual([world.opened.length, world.secrets.entries.size], [0, 0])
    })
  }

  it('a document that the opt-in let in is judged again when it is gone', async () => {
    const tolerances = new Map([[ISSUER, [SLASH]]])
    const world = fakeWorld({ ...slashServer, sources: { tolerances } })
    await world.signIn()
    tolerances.clear()
    await expectCode(world.signIn(), 'issuer_mismatch')
    equal(world.network.to(AS_METADATA).length, 1, 'out of the cache')
  })
})

describe('Any issuer name, whatever is allowed', () => {
  const found = async (body: unknown, named: string, tolerated: readonly Tolerance[]) =>
    await outcomeOf(async () => {
      const clock = fakeClock()
      const ports = {
        fetch: async () => await Promise.resolve(json(body)),
        clock,
        documents: createDocumentCache(clock),
      }
      const server = parseServerUrl(SERVER)
      const issuer = await fetchIssuerMetadata(ports, named, server, signal, tolerated)
      checkPkce(named, issuer, tolerated)
      return issuer
    })

  it('is the one asked for, or that with one slash more or less at the end (A2.10)', async () => {
    const names = fc.constantFrom(ISSUER, OWN, `${ISSUER}/t`, `${ISSUER}/t/`)
    const close = fc
      .tuple(names, fc.constantFrom('', '/', '//', '?', '#', '/?', '.', ' ', '%2f', '\\', ':443'))
      .map(([name, end]) => name + end)
    await fc.assert(
      fc.asyncProperty(names, fc.oneof(close, anyUrl), async (named, issuer) => {
        const { value, error } = await found(issuerDocument({ issuer }), named, [SLASH])
        const shorter = [named, issuer].sort((a, b) => a.length - b.length)[0] ?? ''
        const same =
          issuer === named ||
          (!shorter.endsWith('/') && [named, issuer].sort().join() === `${shorter},${shorter}/`)
        equal(error?.code, same ? undefined : 'issuer_mismatch')
        if (value !== undefined) equal(value.issuer, issuer, 'verbatim')
      }),
      { ...RUNS, numRuns: 500 },
    )
  })

  it('never brings a list without S256 along (A2.11)', async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, async (methods) => {
        const body = issuerDocument({ code_challenge_methods_supported: methods })
        const { error } = await found(body, ISSUER, ALL)
        const good =
          methods === undefined ||
          (Array.isArray(methods) &&
            methods.every((item) => typeof item === 'string') &&
            methods.includes('S256'))
        equal(error?.code, good ? undefined : 'pkce_unsupported')
      }),
      RUNS,
    )
  })
})

describe('A diagnosis of such a server', () => {
  const findings = async (facts: WorldFacts, issuer = 'https://other.test') =>
    (await allowing(facts, issuer, ALL).client.diagnose(SERVER, [REDIRECT], signal)).findings

  for (const [facts, tolerance] of [
    [slashServer, SLASH],
    [silentOnPkce, NO_PKCE],
  ] as const) {
    it(`names ${tolerance} as the way out, and says when it is in use`, async () => {
      const [refused] = await findings(facts)
      ok(refused)
      equal(refused.tolerance, tolerance)
      ok(findingWords(refused, plainL10n).fix.includes(`list ${tolerance} for this issuer`))
      const [allowed] = await findings(facts, ISSUER)
      equal(allowed?.id, 'tolerated')
      deepEqual(allowed.detail.tolerated, [tolerance])
    })
  }

  it('names no way out where there is none', async () => {
    const others: WorldFacts[] = [
      { issuer: { issuer: 'https://evil.test/' } },
      { issuer: { issuer: `${ISSUER}//` } },
      { issuer: { code_challenge_methods_supported: ['plain'] } },
    ]
    for (const facts of others) equal((await findings(facts))[0]?.tolerance, undefined)
  })

  it('looks at each issuer by its own entry', async () => {
    const world = allowing(slashServer, ISSUER, [SLASH])
    world.network.on(PRM, () =>
      json(resourceDocument({ authorization_servers: [ISSUER, 'https://b.test'] })),
    )
    world.network.on('https://b.test/.well-known/oauth-authorization-server', () =>
      json(issuerDocument({ issuer: 'https://b.test/' })),
    )
    const { findings: all } = await world.client.diagnose(SERVER, [REDIRECT], signal)
    const about = all.filter(({ step }) => step === 'issuer-metadata')
    deepEqual(
      about.map(({ id, severity }) => [id, severity]),
      [
        ['tolerated', 'warning'],
        ['issuer_mismatch', 'error'],
      ],
    )
  })
})
