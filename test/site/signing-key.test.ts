import { deepEqual, equal, ok } from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Encrypter,
  generateIdentity,
  generateHybridIdentity,
  identityToRecipient,
} from 'age-encryption'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { CommandFailure } from '../../scripts/commands/command-failure.ts'
import { parseKeySource, readSigningKey } from '../../scripts/commands/signing-key.ts'
import { ageEncrypt } from '../../scripts/publish/age-encrypt.ts'
import { LIMITS } from '../../scripts/publish/limits.ts'
import { writePrivateKey } from '../../scripts/publish/private-key-file.ts'
import { holdsPrivateKey } from '../../scripts/publish/private-scan.ts'
import { ROOT } from '../../scripts/run-tool.ts'

describe('A private key is kept outside the tree: as a file of its owner, in the environment, or encrypted (issue E.5)', () => {
  let folder: string
  let jwk: JWK
  let text: string
  let mine: string
  let others: string
  const file = (name: string) => join(folder, name)

  before(async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    jwk = { ...(await exportJWK(privateKey)), kid: 'ci-1', alg: 'ES256', use: 'sig' }
    text = JSON.stringify(jwk)
    mine = await generateIdentity()
    others = await generateIdentity()
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signet-key-'))
  })
  afterEach(async () => await rm(folder, { recursive: true }))

  const sealed = async (...identities: readonly string[]) =>
    await ageEncrypt(text, await Promise.all(identities.map(identityToRecipient)))
  const read = async (source: string, environment: Readonly<Record<string, string>> = {}) => {
    const parsed = parseKeySource(source)
    ok(parsed)
    return await readSigningKey(parsed, environment)
  }
  /** The code, once nothing that is shown or logged of the failure holds a part of a secret. */
  async function codeOf(attempt: Promise<unknown>): Promise<string> {
    const error: unknown = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    ok(error instanceof CommandFailure, String(error))
    const shown = [error.message, error.action, error.stack, JSON.stringify(error.cause)].join('\n')
    for (const secret of [jwk.d ?? '', mine, others]) equal(shown.includes(secret), false)
    return error.code
  }

  it('opens an age file with the identity of the environment, to a key that signs and cannot be read out', async () => {
    await writePrivateKey(file('key.age'), await sealed(mine))
    const authentication = await read(`age:${file('key.age')}`, { SIGNET_AGE_IDENTITY: mine })
    ok(authentication.method === 'private_key_jwt')
    const { key, kid } = authentication
    deepEqual([kid, key.type, key.extractable], ['ci-1', 'private', false])
  })

  it('each of several recipients opens it alone, a post-quantum one too', async () => {
    const hybrid = await generateHybridIdentity()
    await writeFile(file('key.age'), await sealed(mine, hybrid))
    for (const identity of [mine, hybrid])
      ok(await read(`age:${file('key.age')}`, { SIGNET_AGE_IDENTITY: identity }))
  })

  it('takes binary age files, and identity files as age-keygen writes them', async () => {
    const encrypter = new Encrypter()
    encrypter.addRecipient(await identityToRecipient(mine))
    await writeFile(file('key.age'), await encrypter.encrypt(text))
    await writeFile(
      file('identity'),
      `# created: today\n# public key: age1\n${others}\n${mine}\n`,
      {
        mode: 0o600,
      },
    )
    ok(await read(`age:${file('key.age')}`, { SIGNET_AGE_IDENTITY_FILE: file('identity') }))
  })

  it('writes nothing but the encrypted file, for its owner alone, and leaves no plain text beside it', async () => {
    await writePrivateKey(file('key.age'), await sealed(mine))
    deepEqual(await readdir(folder), ['key.age'])
    const written = await readFile(file('key.age'), 'utf8')
    equal(holdsPrivateKey(written), false)
    equal(written.includes(jwk.d ?? ''), false)
    equal((await stat(file('key.age'))).mode & 0o777, 0o600)
    await read(`age:${file('key.age')}`, { SIGNET_AGE_IDENTITY: mine })
    deepEqual(await readdir(folder), ['key.age'])
  })

  it('names a key without kid by its thumbprint, as the registry does (RFC 7638)', async () => {
    const { kid: _kid, ...nameless } = jwk
    const authentication = await read('env:KEY', { KEY: JSON.stringify(nameless) })
    ok(authentication.method === 'private_key_jwt')
    equal(authentication.kid, await calculateJwkThumbprint(jwk, 'sha256'))
  })

  describe('is refused, by code, and without a word of the key', () => {
    beforeEach(async () => await writeFile(file('key.age'), await sealed(mine)))
    const age = async (environment: Readonly<Record<string, string>>, name = 'key.age') =>
      await codeOf(read(`age:${file(name)}`, environment))

    it('when it is encrypted to others', async () =>
      equal(await age({ SIGNET_AGE_IDENTITY: others }), 'key_age_wrong_identity'))

    it('when there is no identity', async () => {
      equal(await age({}), 'key_age_identity_missing')
      equal(await age({ SIGNET_AGE_IDENTITY: '# none\n' }), 'key_age_identity_missing')
      const missing = { SIGNET_AGE_IDENTITY_FILE: file('nowhere') }
      equal(await age(missing), 'key_age_identity_missing')
    })

    it('when what is given is no identity, such as the recipient or a damaged one', async () => {
      const recipient = await identityToRecipient(mine)
      for (const identity of [recipient, mine.slice(0, -1), text])
        equal(await age({ SIGNET_AGE_IDENTITY: identity }), 'key_age_identity_unusable')
    })

    it('when others can read the identity’s file', async () => {
      await writeFile(file('identity'), mine, { mode: 0o600 })
      await chmod(file('identity'), 0o640)
      equal(await age({ SIGNET_AGE_IDENTITY_FILE: file('identity') }), 'key_file_readable')
    })

    it('when the file was changed, cut off, or is a key that nobody encrypted', async () => {
      const identity = { SIGNET_AGE_IDENTITY: mine }
      const whole = await sealed(mine)
      const middle = whole.length - 120
      const swapped = whole[middle] === 'A' ? 'B' : 'A'
      const damaged: readonly string[] = [
        whole.slice(0, middle) + swapped + whole.slice(middle + 1),
        whole.slice(0, 200),
        text,
        'age-encryption.org/v1\n',
        '\0',
      ]
      for (const content of damaged) {
        await writeFile(file('bad.age'), content)
        equal(await age(identity, 'bad.age'), 'key_age_malformed')
      }
    })

    it('when what it holds is no key', async () => {
      const recipient = await identityToRecipient(mine)
      await writeFile(file('note.age'), await ageEncrypt('no key at all', [recipient]))
      equal(await age({ SIGNET_AGE_IDENTITY: mine }, 'note.age'), 'key_unusable')
    })

    it('when the file is larger than any key, or never ends', async () => {
      await writeFile(file('large.age'), 'A'.repeat(LIMITS.privateFileBytes + 1))
      equal(await age({ SIGNET_AGE_IDENTITY: mine }, 'large.age'), 'key_file_too_large')
      equal(await codeOf(read('age:/dev/zero')), 'key_file_too_large')
    })

    it('when the file is in this repository, through a link as well', async () => {
      const inside = join(ROOT, 'package.json')
      equal(await codeOf(read(`age:${inside}`)), 'key_file_inside_tree')
      equal(await codeOf(read(`file:${inside}`)), 'key_file_inside_tree')
      await symlink(ROOT, file('link'))
      equal(await codeOf(read(`file:${file('link/package.json')}`)), 'key_file_inside_tree')
      const attempt = writePrivateKey(file('link/key.json'), text)
      equal(await codeOf(attempt), 'key_file_inside_tree')
    })

    it('when there is no file', async () =>
      equal(await age({ SIGNET_AGE_IDENTITY: mine }, 'nowhere.age'), 'key_missing'))

    it('when --age names no recipient, such as the identity itself', async () => {
      for (const recipient of [mine, 'age1qqqq', '', 'ssh-ed25519 AAAA'])
        equal(await codeOf(ageEncrypt(text, [recipient])), 'key_age_recipient')
    })
  })

  it('an age identity is found by the scan of what is published', () => {
    equal(holdsPrivateKey(`const x = "${mine}"`), true)
    equal(holdsPrivateKey('Each begins with AGE-SECRET-KEY-1.'), false)
  })
})
