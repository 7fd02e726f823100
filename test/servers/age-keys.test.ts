import { equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { exportJWK, generateKeyPair } from 'jose'
import { readSigningKey } from '../../scripts/commands/signing-key.ts'
import { holdsPrivateKey } from '../../scripts/publish/private-scan.ts'
import { ROOT } from '../../scripts/run-tool.ts'
import { findOrInstall } from '../support/debian-command.ts'

/** Encrypted keys, with age’s own program at the other end: what a team’s tools read and write. */
describe('signet keys generate --age, beside age itself (issue E.5)', function () {
  this.timeout(180_000)
  let folder: string
  let age: string
  let recipient: string
  const file = (name: string) => join(folder, name)

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), 'signet-age-'))
    const identity = await generateIdentity()
    recipient = await identityToRecipient(identity)
    await writeFile(file('identity'), `${identity}\n`, { mode: 0o600 })
    const command = findOrInstall(
      { names: ['age'], debianPackage: 'age', variable: 'SIGNET_AGE', elsewhere: [] },
      console.log,
    )
    if ('missing' in command) {
      console.log(`skipped: ${command.missing}`)
      this.skip()
    }
    age = command.path
  })
  beforeEach(async () => {
    await writeFile(file('keys.json'), '{"production":[],"staging":[],"local":[]}')
  })
  after(async () => await rm(folder, { recursive: true, force: true }))

  function generate(...args: readonly string[]) {
    const script = join(ROOT, 'scripts', 'signet.ts')
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [script, 'keys', 'generate', '--json', '--registry', file('keys.json'), ...args],
      { encoding: 'utf8', env: { ...process.env, HOME: folder } },
    )
    equal(holdsPrivateKey(stdout + stderr), false)
    return { status, stdout, stderr }
  }

  it('writes what age opens: the private half of the key that is on record', async () => {
    const { status, stdout, stderr } = generate('--age', recipient, '--out', file('one.age'))
    equal(status, 0, stderr)
    equal((await stat(file('one.age'))).mode & 0o777, 0o600)
    equal(holdsPrivateKey(await readFile(file('one.age'), 'utf8')), false)
    const opened = spawnSync(age, ['--decrypt', '-i', file('identity'), file('one.age')])
    equal(opened.status, 0, String(opened.stderr))
    const { kid, d } = JSON.parse(String(opened.stdout)) as { kid: string; d: string }
    ok(d.length > 20)
    equal((JSON.parse(stdout) as { keys: { kid: string }[] }).keys[0]?.kid, kid)
  })

  it('is written under the user’s own folder when no file is named, and is read from there', async () => {
    const { stdout } = generate('--age', recipient)
    const { kid } = (JSON.parse(stdout) as { keys: { kid: string }[] }).keys[0] ?? {}
    const name = file(join('.config', 'signet', 'keys', 'production', `${String(kid)}.json.age`))
    const environment = { SIGNET_AGE_IDENTITY_FILE: file('identity') }
    const read = await readSigningKey({ kind: 'age', name }, environment)
    ok(read.method === 'private_key_jwt')
    equal(read.kid, kid)
  })

  it('reads what age wrote', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const input = JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'by-age' })
    for (const armor of [[], ['--armor']]) {
      const name = file(`by-age${armor.join('')}`)
      equal(spawnSync(age, ['-r', recipient, ...armor, '-o', name], { input }).status, 0)
      const environment = { SIGNET_AGE_IDENTITY_FILE: file('identity') }
      const read = await readSigningKey({ kind: 'age', name }, environment)
      ok(read.method === 'private_key_jwt')
      equal(read.kid, 'by-age')
    }
  })

  it('leaves the registry as it was when the key cannot be encrypted', async () => {
    const before = await readFile(file('keys.json'), 'utf8')
    const { status, stdout } = generate('--age', 'age1nobody', '--out', file('none.age'))
    equal(status, 1)
    equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'key_age_recipient')
    equal(await readFile(file('keys.json'), 'utf8'), before)
    equal(await stat(file('none.age')).catch(() => 'absent'), 'absent')
  })

  it('does not go together with --to-stdout, which keeps nothing', () =>
    equal(generate('--age', recipient, '--to-stdout').status, 2))
})
