import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compactVerify, createLocalJWKSet, importJWK, CompactSign, type JWK } from 'jose'
import { ROOT } from '../../scripts/run-tool.ts'
import { holdsPrivateKey } from '../../scripts/publish/private-scan.ts'
import { renderJwks } from '../../site/src/client-metadata/jwks.ts'
import { readRegistry } from '../../site/src/client-metadata/keys/registry.ts'
import { readLedger } from '../../site/src/publish/ledger.ts'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { createCertificateAuthority } from './certificate-authority.ts'
import { startMetadataSite, type MetadataSite } from './metadata-site.ts'
import { ended, startScript, type Ended } from './run-signet.ts'

const DOCUMENT = '/oauth/client.json'

describe('The publishing commands (issue E.3, E.5, E.9)', () => {
  let folder: string
  let site: MetadataSite
  let reach: readonly string[]
  const file = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-publish-'))
    const authority = await createCertificateAuthority()
    site = await startMetadataSite(BUNDLED_SITE, await authority.issue(['signet.example']))
    await writeFile(file('ca.pem'), authority.caPem)
    reach = ['--ca', file('ca.pem'), '--connect', `127.0.0.1:${String(site.port)}`]
  })
  beforeEach(async () => {
    await writeFile(file('ledger.json'), '{"versions":[]}')
    await writeFile(file('keys.json'), '{"production":[],"staging":[],"local":[]}')
  })
  after(async () => {
    await site.close()
    await rm(folder, { recursive: true, force: true })
  })

  const run = async (script: string, ...args: readonly string[]) =>
    await ended(startScript(script, args))
  const json = (text: string) => JSON.parse(text) as Record<string, unknown>
  const diff = async (...args: readonly string[]) =>
    await run('signet.ts', 'diff', '--json', '--ledger', file('ledger.json'), ...args)
  const keys = async (...args: readonly string[]) =>
    await run('signet.ts', 'keys', ...args, '--json', '--registry', file('keys.json'))
  const errorOf = ({ stdout }: Ended) => (json(stdout).error as { code: string }).code
  const ledger = async () => readLedger(json(await readFile(file('ledger.json'), 'utf8')))

  describe('signet diff', () => {
    it('finds no difference to what is live, when that is this tree', async () => {
      const { code, stdout } = await diff('--against', 'live', ...reach)
      equal(code, 0)
      deepEqual(json(stdout).changes, [])
    })

    it('names what differs from what is live, and ends with 1 when it breaks somebody', async () => {
      const body = (await readFile(join(BUNDLED_SITE, DOCUMENT), 'utf8')).replace(
        '"http://127.0.0.1/callback"',
        '"http://127.0.0.1/old"',
      )
      const headers = { 'content-type': 'application/json' }
      site.override(DOCUMENT, { status: 200, headers, body })
      const { code, stdout } = await diff('--against', 'live', ...reach)
      site.override(DOCUMENT, undefined)
      equal(code, 1)
      equal(json(stdout).breaking, true)
      const changes = json(stdout).changes as { path: string; kind: string; why: string }[]
      deepEqual(
        changes.map(({ path, kind }) => [path, kind]),
        [
          ['redirect_uris[http://127.0.0.1/old]', 'breaking'],
          ['redirect_uris[http://127.0.0.1/callback]', 'additive'],
        ],
      )
      ok(changes.every(({ why }) => why.length > 20))
    })

    for (const [what, status, body, error] of [
      ['a page instead of the document', 200, '<!doctype html>', 'file_malformed'],
      ['a redirect', 301, '', 'origin_refused'],
      ['a challenge', 403, '<html>', 'origin_refused'],
    ] as const)
      it(`calls ${what} an error, not a change`, async () => {
        const headers = { 'content-type': 'text/html', location: '/elsewhere' }
        site.override(DOCUMENT, { status, headers, body })
        const answer = await diff('--against', 'live', ...reach)
        site.override(DOCUMENT, undefined)
        equal(answer.code, 1)
        equal(errorOf(answer), error)
      })

    it('ends with 3 when nothing can be reached', async () => {
      const answer = await diff('--against', 'live', '--connect', '127.0.0.1:1')
      equal(answer.code, 3)
      equal(errorOf(answer), 'origin_unreachable')
    })

    it('records once, and then there is nothing to record', async () => {
      const first = await diff('--record')
      ok((json(first.stdout).recorded as string[]).length >= 2)
      const second = await diff('--record')
      deepEqual(json(second.stdout).recorded, [])
      deepEqual(json(second.stdout).changes, [])
    })

    it('prints a pull request’s comment from the same changes', async () => {
      const args = ['diff', '--markdown', '--ledger', file('ledger.json')]
      match((await run('signet.ts', ...args)).stdout, /\| document \| \*\*Additive\*\* \|/)
    })
  })

  describe('the pipeline’s own steps', () => {
    it('enter the day when the served bytes are the built ones', async () => {
      await diff('--record')
      const args = ['--ledger', file('ledger.json'), '--timeout', '1', ...reach]
      const answer = await run('identity.ts', 'mark-live', ...args)
      equal(answer.code, 0, answer.stderr)
      ok((await ledger()).versions.every(({ publishedAt }) => publishedAt !== null))
    })

    it('and fail, entering nothing, when another document is served', async () => {
      await diff('--record')
      const headers = { 'content-type': 'application/json' }
      site.override(DOCUMENT, { status: 200, headers, body: '{}' })
      const args = ['--ledger', file('ledger.json'), '--timeout', '1', ...reach]
      const answer = await run('identity.ts', 'mark-live', ...args)
      site.override(DOCUMENT, undefined)
      equal(answer.code, 1)
      match(answer.stderr, /bytes_not_served/)
      match(answer.stderr, /\/oauth\/client\.json has other bytes/)
      ok((await ledger()).versions.every(({ publishedAt }) => publishedAt === null))
    })

    it('refuse a ledger that lost an entry', async () => {
      await diff('--record')
      const now = await readFile(file('ledger.json'), 'utf8')
      await writeFile(file('before.json'), now)
      const args = ['ledger-kept', file('before.json'), '--ledger', file('ledger.json')]
      equal((await run('identity.ts', ...args)).code, 0)
      await writeFile(file('ledger.json'), '{"versions":[]}')
      equal((await run('identity.ts', ...args)).code, 1)
    })
  })

  it('the pipeline refuses a file of releases that lost one', async () => {
    const entry = {
      version: '1.0.0',
      releasedAt: '2026-01-01T00:00:00Z',
      supportedUntil: '2026-07-01T00:00:00Z',
      clients: [
        { clientId: 'https://id.vendor.dev/c.json', redirectUris: ['a:/b'], authMethod: 'none' },
      ],
    }
    await writeFile(file('before.json'), JSON.stringify({ releases: [entry] }))
    const args = ['releases-kept', file('before.json'), '--releases']
    equal((await run('identity.ts', ...args, file('before.json'))).code, 0)
    await writeFile(file('after.json'), '{"releases":[]}')
    equal((await run('identity.ts', ...args, file('after.json'))).code, 1)
  })

  describe('signet keys', () => {
    const listed = (answer: Ended) =>
      json(answer.stdout).keys as { kid: string; state: string; safeToUseAt: string | null }[]

    it('keeps the private half out of the registry, in a file for its owner alone', async () => {
      const answer = await keys('generate', '--out', file('one.json'))
      equal(answer.code, 0, answer.stderr)
      const [key] = listed(answer)
      equal(key?.state, 'generated')
      equal((await stat(file('one.json'))).mode & 0o777, 0o600)
      ok(!holdsPrivateKey(await readFile(file('keys.json'), 'utf8')))
      ok(!holdsPrivateKey(answer.stdout + answer.stderr))
    })

    it('makes a pair whose public half, as published, verifies what the private one signs', async () => {
      const { stdout } = await keys('generate', '--out', file('two.json'))
      await keys('promote', listed({ code: 0, stdout, stderr: '' })[0]?.kid ?? '')
      const jwk = JSON.parse(await readFile(file('two.json'), 'utf8')) as JWK
      const signed = await new CompactSign(new TextEncoder().encode('hello'))
        .setProtectedHeader({ alg: 'ES256', kid: jwk.kid ?? '' })
        .sign(await importJWK(jwk, 'ES256'))
      const registry = readRegistry(json(await readFile(file('keys.json'), 'utf8')))
      const set = createLocalJWKSet(
        JSON.parse(renderJwks(registry.production)) as Parameters<typeof createLocalJWKSet>[0],
      )
      equal(new TextDecoder().decode((await compactVerify(signed, set)).payload), 'hello')
    })

    it('refuses a file inside the repository, and one that is there', async () => {
      const inside = join(ROOT, 'test-results', 'key.json')
      equal(errorOf(await keys('generate', '--out', inside)), 'key_file_inside_tree')
      await writeFile(file('there.json'), '')
      equal(errorOf(await keys('generate', '--out', file('there.json'))), 'key_file_exists')
      deepEqual(readRegistry(json(await readFile(file('keys.json'), 'utf8'))).production, [])
    })

    it('says when a key may be used, and refuses it before', async () => {
      const kid = listed(await keys('generate', '--out', file('three.json')))[0]?.kid ?? ''
      const [pending] = listed(await keys('promote', kid))
      ok(Date.parse(pending?.safeToUseAt ?? '') > Date.now() + 47 * 3_600_000)
      equal(errorOf(await keys('promote', kid)), 'key_too_early')
    })

    it('revokes at once and says until when copies are trusted', async () => {
      const kid = listed(await keys('generate', '--out', file('four.json')))[0]?.kid ?? ''
      const answer = await keys('revoke', kid, '--reason', 'lost')
      equal(answer.code, 0)
      equal(listed(answer)[0]?.state, 'revoked')
      ok(Date.parse(String(json(answer.stdout).revokedKeyTrustedUntil)) > Date.now())
      equal(errorOf(await keys('revoke', kid)), 'key_wrong_state')
      equal(errorOf(await keys('promote', 'nobody')), 'key_unknown')
    })

    it('writes its timetable as an iCalendar file', async () => {
      await keys('generate', '--out', file('five.json'))
      equal((await keys('plan', '--ics', file('plan.ics'))).code, 0)
      const calendar = await readFile(file('plan.ics'), 'utf8')
      match(calendar, /^BEGIN:VCALENDAR\r\n/)
      match(calendar, /SUMMARY:Signet: promote/)
    })

    it('answers an unknown action with exit code 2', async () =>
      equal((await keys('destroy')).code, 2))
  })
})
