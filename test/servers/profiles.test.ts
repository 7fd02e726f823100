import { deepEqual, equal, ok } from 'node:assert/strict'
import { evaluate } from '../../site/src/client-metadata/evaluate.ts'
import type { ProfileVerdict } from '../../site/src/client-metadata/profile.ts'
import { PROFILES, type ProfileId } from '../../site/src/client-metadata/profiles.ts'
import { PRIVATE_CLIENT_IDS, servedDocuments, type ServedDocument } from '../fixtures/documents.ts'
import { REAL_DOCUMENTS } from '../fixtures/real-documents.ts'
import {
  startBetterAuth,
  startCloudflare,
  startOidcProvider,
  type ProfileServer,
} from './profile-servers.ts'

const documents = servedDocuments()
/** Documents of real clients; oidc-provider is set up for one origin here and does not get them. */
const realDocuments: readonly ServedDocument[] = REAL_DOCUMENTS.flatMap(({ client, document }) =>
  typeof document.client_id === 'string'
    ? [
        {
          name: `the document of ${client}`,
          clientId: document.client_id,
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(document),
        },
      ]
    : [],
)
const allDocuments = [...documents, ...realDocuments]
const serve = (clientId: string) => allDocuments.find((document) => document.clientId === clientId)

/** What the profile says of the same document, served in the same way. */
function verdictOf(profile: ProfileId, clientId: string): ProfileVerdict {
  const document = serve(clientId)
  const body = document?.body ?? '{}'
  const { profiles } = evaluate({
    clientId,
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    response:
      document === undefined
        ? undefined
        : { status: document.status, headers: document.headers, elapsedMs: 0 },
    fetchFindings: [],
    keySet: undefined,
    profiles: [profile],
    allowLoopback: false,
  })
  const verdict = profiles[profile]
  if (verdict === undefined) throw new TypeError(`no verdict of ${profile}`)
  return verdict
}

const SERVERS = [
  ['oidc-provider', startOidcProvider],
  ['better-auth', startBetterAuth],
  ['cloudflare', startCloudflare],
] as const

for (const [profile, start] of SERVERS) {
  describe(`The real ${profile} says what its profile says (C1, C4)`, () => {
    let server: ProfileServer
    before(async () => {
      server = await start(serve)
    })
    after(async () => await server.close())

    const served = profile === 'oidc-provider' ? documents : allDocuments
    for (const { name, clientId } of served) {
      it(name, async () => {
        const { verdict, rule } = verdictOf(profile, clientId)
        equal(await server.accepts(clientId), verdict !== 'rejected', `profile: ${rule ?? verdict}`)
      })
    }

    for (const clientId of PRIVATE_CLIENT_IDS) {
      it(`refuses ${clientId} before it fetches anything (C2)`, async () => {
        ok([1, 4].includes(verdictOf(profile, clientId).step ?? 0))
        equal(await server.accepts(clientId), false)
      })
    }
  })
}

describe('The documents that profiles are compared on', () => {
  for (const [profile] of SERVERS) {
    it(`break every rule of ${profile} that is called tried`, () => {
      const clientIds = [...documents.map(({ clientId }) => clientId), ...PRIVATE_CLIENT_IDS]
      const broken = new Set(clientIds.map((clientId) => verdictOf(profile, clientId).rule))
      const rules = PROFILES.find(({ id }) => id === profile)?.rules ?? []
      deepEqual(
        rules.filter(({ basis, id }) => basis === 'tried' && !broken.has(id)).map(({ id }) => id),
        [],
      )
    })
  }

  it('are at least forty, and every server takes some and refuses some', () => {
    ok(documents.length >= 40)
    for (const [profile] of SERVERS) {
      const taken = documents.filter(({ clientId }) => verdictOf(profile, clientId).step === null)
      ok(taken.length >= 10 && documents.length - taken.length >= 10, profile)
    }
  })
})
