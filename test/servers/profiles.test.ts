import { equal, ok } from 'node:assert/strict'
import { evaluate } from '../../site/src/client-metadata/evaluate.ts'
import type { ProfileVerdict } from '../../site/src/client-metadata/profile.ts'
import type { ProfileId } from '../../site/src/client-metadata/profiles.ts'
import { servedDocuments, PRIVATE_CLIENT_IDS } from '../fixtures/documents.ts'
import {
  startBetterAuth,
  startCloudflare,
  startOidcProvider,
  type ProfileServer,
} from './profile-servers.ts'

const documents = servedDocuments()
const serve = (clientId: string) => documents.find((document) => document.clientId === clientId)

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

    for (const { name, clientId } of documents) {
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
  it('are at least forty, and every server takes some and refuses some', () => {
    ok(documents.length >= 40)
    for (const [profile] of SERVERS) {
      const taken = documents.filter(({ clientId }) => verdictOf(profile, clientId).step === null)
      ok(taken.length >= 10 && documents.length - taken.length >= 10, profile)
    }
  })
})
