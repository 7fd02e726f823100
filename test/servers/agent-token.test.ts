import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { decodeJwt, exportJWK, generateKeyPair } from 'jose'
import { ageEncrypt } from '../../scripts/publish/age-encrypt.ts'
import { clientDocument } from '../../site/src/client-metadata/document.ts'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { startAuthorizationServer, type AuthorizationServer } from './authorization-server.ts'
import { READ_SCOPE, startMcpServer, WRITE_SCOPE, type CostServer } from './mcp-server.ts'
import { publishSite, type PublishedSite } from './published-site.ts'
import { ended, startSignet } from './run-signet.ts'

const HOST = '127.0.0.1'

describe('signet token --client agent (MCP client credentials extension; RFC 7523)', function () {
  // A process of its own for each.
  this.timeout(60_000)
  let published: PublishedSite
  let offering: AuthorizationServer
  let refusing: AuthorizationServer
  let mcpServer: CostServer
  let personsOnly: CostServer
  let folder: string
  /** The private key as CI would hold it. */
  let jwk: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-agent-'))
    published = await publishSite(BUNDLED_SITE)
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const own = { kid: 'ci-1', alg: 'ES256', use: 'sig' }
    jwk = JSON.stringify({ ...(await exportJWK(privateKey)), ...own })
    const json = (path: string, body: object) =>
      published.site.override(path, {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    json('/oauth/agent.json', clientDocument('production', 'agent'))
    json('/oauth/jwks.json', { keys: [{ ...(await exportJWK(publicKey)), ...own }] })
    const options = {
      host: HOST,
      fetch: published.fetch,
      documentOrigin: published.origin,
      accessTokenSeconds: 300,
      scopes: [READ_SCOPE, WRITE_SCOPE],
      registration: false,
    }
    offering = await startAuthorizationServer({ ...options, clientCredentials: true })
    refusing = await startAuthorizationServer(options)
    const resource = async ({ issuer, jwksUri }: AuthorizationServer) =>
      await startMcpServer({ host: HOST, issuer, jwksUri })
    mcpServer = await resource(offering)
    personsOnly = await resource(refusing)
  })
  after(async () => {
    await mcpServer.close()
    await personsOnly.close()
    await offering.close()
    await refusing.close()
    await published.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function token(args: readonly string[], variables: Record<string, string> = {}) {
    const env = { ...process.env, HOME: folder, ...variables }
    const { code, stdout, stderr } = await ended(startSignet(['token', ...args, '--json'], { env }))
    const value = (stdout === '' ? {} : JSON.parse(stdout)) as {
      accessToken?: string
      scopes?: string[]
      error?: Record<string, string>
    }
    const secret = (JSON.parse(jwk) as { d: string }).d
    equal(`${stdout}${stderr}`.includes(secret), false, 'nothing prints the key')
    return { code, stderr, value }
  }
  const agent = (source: string) => ['--client', 'agent', '--key', source]

  it('is a token for this server and of this client, and nothing is left behind (A9.60)', async () => {
    const args = [mcpServer.url, ...agent('env:CI_KEY'), '--scope', READ_SCOPE]
    const { code, value, stderr } = await token(args, { CI_KEY: jwk })
    equal(code, 0, stderr)
    deepEqual(Object.keys(value), ['accessToken', 'expiresAt', 'scopes'])
    const { aud, client_id } = decodeJwt(value.accessToken ?? '')
    equal(aud, mcpServer.url)
    equal(client_id, 'https://signet.example/oauth/agent.json')
    deepEqual(value.scopes, [READ_SCOPE])
    equal(stderr.includes(value.accessToken ?? 'missing'), false)
    const left = await readdir(folder, { recursive: true })
    deepEqual(
      left.filter((name) => name.endsWith('sessions.json')),
      [],
    )
  })

  it('takes the key from a file that its owner alone can read', async () => {
    const file = join(folder, 'key.json')
    await writeFile(file, jwk, { mode: 0o600 })
    equal((await token([mcpServer.url, ...agent(`file:${file}`)])).code, 0)
    await chmod(file, 0o640)
    const { code, value } = await token([mcpServer.url, ...agent(`file:${file}`)])
    deepEqual([code, value.error?.code], [1, 'key_file_readable'])
  })

  it('takes the key from an age file, with the identity of the environment', async () => {
    const identity = await generateIdentity()
    const file = join(folder, 'key.json.age')
    await writeFile(file, await ageEncrypt(jwk, [await identityToRecipient(identity)]))
    const open = async (SIGNET_AGE_IDENTITY: string) =>
      await token([mcpServer.url, ...agent(`age:${file}`)], { SIGNET_AGE_IDENTITY })
    equal((await open(identity)).code, 0)
    const { code, value } = await open(await generateIdentity())
    deepEqual(
      [code, value.error?.code, value.error?.step],
      [1, 'key_age_wrong_identity', 'identity'],
    )
  })

  it('is refused, with what to do next, where clients get no tokens of their own', async () => {
    const { code, value } = await token([personsOnly.url, ...agent('env:CI_KEY')], { CI_KEY: jwk })
    equal(code, 1)
    deepEqual(Object.keys(value.error ?? {}), ['code', 'step', 'section', 'message', 'action'])
    equal(value.error?.code, 'grant_unsupported')
    ok(value.error.action !== '')
  })

  it('is refused with a key that is not published', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const other = JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'ci-1', alg: 'ES256' })
    const { code, value } = await token([mcpServer.url, ...agent('env:CI_KEY')], { CI_KEY: other })
    deepEqual([code, value.error?.code], [1, 'token_refused'])
  })

  const keys: [string, string, string][] = [
    ['no variable', '', 'key_missing'],
    ['a PEM file', '-----BEGIN PRIVATE KEY-----\nMIG', 'key_unusable'],
    ['an array', '[1]', 'key_unusable'],
    ['a shared secret', '{"kty":"oct","k":"c2VjcmV0"}', 'key_unusable'],
  ]
  for (const [name, text, expected] of keys) {
    it(`says so when there is ${name}, and repeats nothing of it`, async () => {
      const { code, value, stderr } = await token([mcpServer.url, ...agent('env:CI_KEY')], {
        CI_KEY: text,
      })
      deepEqual([code, value.error?.code, value.error?.step], [1, expected, 'identity'])
      match(value.error?.action ?? '', /./)
      if (text !== '') equal(stderr.includes(text.slice(0, 12)), false)
    })
  }

  it('says so when the key is a public one', async () => {
    const { d: _private, ...half } = JSON.parse(jwk) as Record<string, string>
    const variables = { CI_KEY: JSON.stringify(half) }
    const { value } = await token([mcpServer.url, ...agent('env:CI_KEY')], variables)
    equal(value.error?.code, 'key_unusable')
  })

  const wrong: [string, () => readonly string[]][] = [
    ['the key itself, and does not repeat it', () => agent(jwk)],
    ['a client without a key', () => ['--client', 'agent']],
    ['a key without a client', () => ['--key', 'env:CI_KEY']],
    ['a store, which it does not use', () => [...agent('env:CI_KEY'), '--store', 'sessions.json']],
  ]
  for (const [name, args] of wrong) {
    it(`does not take ${name}`, async () => {
      equal((await token([mcpServer.url, ...args()])).code, 2)
    })
  }
})
