import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Evaluation } from '../../site/src/client-metadata/evaluate.ts'
import { ended, startSignet } from './run-signet.ts'
import { answer, createLintHosts, errors, HOST, json, type LintHosts } from './lint-hosts.ts'

describe('signet lint (issue “Bad input”; design.md, command line)', () => {
  let folder: string
  let hosts: LintHosts
  before(async () => {
    hosts = await createLintHosts()
    folder = await mkdtemp(join(tmpdir(), 'signet-lint-'))
  })
  after(async () => {
    await hosts.close()
    await rm(folder, { recursive: true, force: true })
  })

  const signet = async (...args: readonly string[]) => await ended(startSignet(['lint', ...args]))
  const parse = (text: string) => JSON.parse(text) as Evaluation

  it('lints a URL on this machine when it is told to, with the authority it is given', async () => {
    const ca = join(folder, 'ca.pem')
    await writeFile(ca, hosts.authority.caPem)
    let url = ''
    const { port } = await hosts.start((request, response) => {
      const body = json({ client_id: url, client_uri: new URL('/', url).href })
      answer(body)(request, response)
    })
    url = `https://localhost:${port}/oauth/client.json`
    const good = await signet(url, '--json', '--allow-loopback', '--ca', ca, '--as', 'keycloak')
    equal(good.code, 0, good.stdout + good.stderr)
    deepEqual(Object.keys(parse(good.stdout).profiles), ['keycloak'])
    const refused = await signet(url, '--json', '--ca', ca)
    equal(refused.code, 3)
    ok(errors(parse(refused.stdout)).includes('fetch-private-address'))
    const untrusted = await signet(url, '--json', '--allow-loopback')
    equal(untrusted.code, 3)
    deepEqual(errors(parse(untrusted.stdout)), ['fetch-tls-untrusted'])
  })

  it('lints a file at the URL it would be served at, and ends with 1 when it is bad', async () => {
    const file = join(folder, 'client.json')
    await writeFile(file, json())
    equal((await signet(file, '--json')).code, 0)
    const elsewhere = await signet(file, '--json', '--url', `https://${HOST}/other.json`)
    equal(elsewhere.code, 1)
    deepEqual(errors(parse(elsewhere.stdout)), ['client-id-mismatch'])
  })

  it('answers a file that is not there, and a server it does not know', async () => {
    const missing = await signet(join(folder, 'none.json'), '--json')
    equal(missing.code, 3)
    deepEqual(errors(parse(missing.stdout)), ['file-unreadable'])
    equal((await signet(join(folder, 'client.json'), '--as', 'nobody')).code, 2)
  })
})
