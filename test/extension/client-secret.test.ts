import { deepEqual, equal, ok } from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { publishedIdentity } from '@signet/site/client-metadata'
import { readClientKey } from '../../extension/src/client-key.ts'
import { secretKey } from '../../extension/src/client-secret.ts'
import { identitySources } from '../../extension/src/identity-sources.ts'
import { readSettings } from '../../extension/src/settings.ts'
import { memorySecrets } from '../support/fake-ports.ts'

const ISSUER = 'https://as.test'

/** Made here: no key stands in a file. */
const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: generateKeyPairSync('ed25519'),
}
const jwk = (pair: (typeof pairs)[keyof typeof pairs]) => ({
  ...pair.privateKey.export({ format: 'jwk' }),
  kid: 'k1',
})

async function authenticationWith(method: string, secret: string | undefined) {
  const client = { issuer: ISSUER, clientId: 'by hand', method }
  const { settings } = readSettings((name) =>
    name === 'registration.clients' ? [client] : undefined,
  )
  const secrets = memorySecrets()
  const [known] = settings.preRegisteredClients
  ok(known)
  if (secret !== undefined) await secrets.set(secretKey(known), secret)
  const sources = await identitySources(settings, publishedIdentity('production'), secrets)
  return sources.preRegistered[0]?.authentication
}

describe('A client registered by hand', () => {
  it('proves itself with what is stored for its issuer and id, and nothing else', async () => {
    deepEqual(await authenticationWith('client_secret_post', 's'), {
      method: 'client_secret_post',
      secret: 's',
    })
    equal(
      secretKey({ issuer: ISSUER, clientId: 'a', method: 'none', redirectUris: undefined }),
      `client-secret/v1/${ISSUER} a`,
    )
  })

  it('needs no secret when it is public', async () =>
    deepEqual(await authenticationWith('none', undefined), { method: 'none' }))

  it('is not usable before its secret is stored', async () => {
    equal(await authenticationWith('client_secret_basic', undefined), undefined)
    equal(await authenticationWith('private_key_jwt', undefined), undefined)
    equal(await authenticationWith('private_key_jwt', 'not a key'), undefined)
  })

  for (const [alg, pair] of Object.entries(pairs)) {
    it(`signs with a key for ${alg}, which cannot be read out again`, async () => {
      const authentication = await authenticationWith('private_key_jwt', JSON.stringify(jwk(pair)))
      ok(authentication?.method === 'private_key_jwt')
      const { key, kid } = authentication
      equal(kid, 'k1')
      equal(key.extractable, false)
      const text = Buffer.from('header.payload')
      const name = key.algorithm.name
      const signature = await crypto.subtle.sign(
        name === 'ECDSA' ? { name, hash: alg === 'ES384' ? 'SHA-384' : 'SHA-256' } : name,
        key,
        text,
      )
      const hash = alg === 'EdDSA' ? null : alg === 'ES384' ? 'sha384' : 'sha256'
      const shape = { key: pair.publicKey, dsaEncoding: 'ieee-p1363' } as const
      ok(verify(hash, text, shape, Buffer.from(signature)))
    })
  }

  const good = jwk(pairs.ES256)
  const { kid: _kid, ...nameless } = good
  const { d: _d, ...open } = good
  const problems: [string, string, string][] = [
    ['no JSON', 'secret', 'not-a-jwk'],
    ['no object', '7', 'not-a-jwk'],
    ['null', 'null', 'not-a-jwk'],
    ['a key whose parts do not fit', JSON.stringify({ ...good, x: 'AA' }), 'not-a-jwk'],
    ['a key without a name', JSON.stringify(nameless), 'no-kid'],
    ['a public key', JSON.stringify(open), 'not-private'],
    ['a symmetric key', JSON.stringify({ kty: 'oct', k: 'AA', d: 'AA', kid: 'x' }), 'unsupported'],
  ]
  for (const [name, text, problem] of problems)
    it(`refuses ${name}: ${problem}`, async () => equal(await readClientKey(text), problem))

  it('takes a key whose own alg, use and key_ops say what it is for elsewhere', async () => {
    const marked = { ...good, alg: 'ES256', use: 'sig', key_ops: ['sign', 'verify'] }
    equal(typeof (await readClientKey(JSON.stringify(marked))), 'object')
  })
})
