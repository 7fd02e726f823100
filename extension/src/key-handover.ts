import { createHash, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Clock, SecretStore } from '@signet/core'
import { HANDOVER_TIMEOUT_MS } from './limits.ts'
import { seal, unseal } from './sealing.ts'

const WANTED = 'key-wanted/v1/'
const GIVEN = 'key-given/v1/'

/**
 * Asks the windows that share a file for the key that one of them has made: it comes encrypted to a key pair
 * of this one call (X25519), so that nothing on the disk opens it. Undefined: nobody answered in time.
 */
export async function askForKey(
  shared: SecretStore,
  clock: Pick<Clock, 'timeout'>,
  id: string,
): Promise<string | undefined> {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const given = Promise.withResolvers<string | undefined>()
  const look = () => {
    shared.get(GIVEN + id).then((text) => {
      const [theirs, sealed] = text?.split('.') ?? []
      if (theirs === undefined || sealed === undefined) return
      given.resolve(unseal(agree(privateKey, theirs), id, sealed))
    }, given.reject)
  }
  const unsubscribe = shared.onDidChange((name) => {
    if (name === GIVEN + id) look()
  })
  clock.timeout(HANDOVER_TIMEOUT_MS).addEventListener('abort', () => given.resolve(undefined))
  try {
    await shared.set(WANTED + id, asText(publicKey))
    return await given.promise
  } finally {
    unsubscribe()
    await shared.delete(WANTED + id)
    await shared.delete(GIVEN + id)
  }
}

/** Answers the windows that ask for the key. All that can ask belong to the same person of the machine. */
export function giveKey(shared: SecretStore, key: string, failed: (error: unknown) => void): void {
  const give = async (id: string) => {
    const theirs = await shared.get(WANTED + id)
    if (theirs === undefined) return
    const { privateKey, publicKey } = generateKeyPairSync('x25519')
    const sealed = seal(agree(privateKey, theirs), id, key)
    await shared.set(GIVEN + id, `${asText(publicKey)}.${sealed}`)
  }
  shared.onDidChange((name) => {
    if (name.startsWith(WANTED)) give(name.slice(WANTED.length)).catch(failed)
  })
}

function asText(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64url')
}

function agree(privateKey: KeyObject, theirs: string): Buffer {
  const key = Buffer.from(theirs, 'base64url')
  const publicKey = createPublicKey({ key, type: 'spki', format: 'der' })
  return createHash('sha256').update(diffieHellman({ privateKey, publicKey })).digest()
}
