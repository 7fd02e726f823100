import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Lock, SecretStore } from '@signet/core'
import { fileSecrets } from '@signet/core/node'
import { WINDOW_LOAD_MS } from './limits.ts'

export interface VaultPorts {
  /** This window's own copy of the editor's secrets. */
  readonly secrets: SecretStore
  /** On the machine that all windows' extension hosts share. */
  readonly directory: string
  readonly lock: Lock
  readonly clock: Pick<Clock, 'now'>
  /** When this window was opened, in milliseconds since the epoch. */
  readonly openedAt: number
  /** Hears that this window has to be reloaded before it can store anything. */
  readonly outdated: () => void
}

const KEY = 'vault-key/v1'
const CREATED = 'created'
const FILE = /^vault-[\w-]+\.json$/

/**
 * The secrets of an editor in a browser. There each window holds a copy of the editor's secrets, which shows
 * nothing of the others and overwrites all of theirs with its own next change. So the editor keeps one secret
 * only, a key that is made once; what is stored is encrypted with it (AES-256-GCM, bound to its name) and
 * lies in a file of mode 0600 that all windows read and watch.
 *
 * A window that was open before the key was made does not have it: what it stores under a key of its own would
 * be lost. It stores nothing, and `outdated` hears of it.
 */
export function createVault(ports: VaultPorts): SecretStore {
  const listeners = new Set<(key: string) => void>()
  const announced = new Map<string, string | undefined>()
  let opening: Promise<Opened | undefined> | undefined
  const opened = async () => {
    const mine = (opening ??= open(ports, announce))
    try {
      return await mine
    } catch (error) {
      if (opening === mine) opening = undefined
      throw error
    }
  }
  /** Once for each value, whoever notices it first. */
  const announce = (key: string, sealed: string | undefined) => {
    if (announced.has(key) && announced.get(key) === sealed) return
    announced.set(key, sealed)
    for (const listener of listeners) listener(key)
  }
  const forWriting = async () => {
    const vault = await opened()
    if (vault === undefined) throw new Error('this window does not have the key of the vault')
    return vault
  }
  return {
    keys: async () =>
      ((await (await opened())?.file.keys()) ?? []).filter((key) => key !== CREATED),
    get: async (name) => {
      const vault = await opened()
      const sealed = await vault?.file.get(name)
      return vault === undefined || sealed === undefined
        ? undefined
        : unseal(vault.key, name, sealed)
    },
    set: async (name, value) => {
      const { file, key } = await forWriting()
      const sealed = seal(key, name, value)
      await file.set(name, sealed)
      announce(name, sealed)
    },
    delete: async (name) => {
      const { file } = await forWriting()
      await file.delete(name)
      announce(name, undefined)
    },
    onDidChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

interface Opened {
  readonly key: Buffer
  readonly file: SecretStore
}

/** Undefined: another window may have made a key that this one cannot see. */
async function open(
  ports: VaultPorts,
  announce: (key: string, sealed: string | undefined) => void,
): Promise<Opened | undefined> {
  const { secrets, lock } = ports
  const never = new AbortController().signal
  const text = await lock('vault', never, async () => {
    const known = await secrets.get(KEY)
    if (known !== undefined) return known
    if (await hasYoungerVault(ports)) return undefined
    const made = randomBytes(32).toString('base64url')
    await secrets.set(KEY, made)
    await fileOf(made, ports).set(CREATED, String(ports.clock.now()))
    return made
  })
  if (text === undefined) {
    ports.outdated()
    return undefined
  }
  const file = fileOf(text, ports)
  file.onDidChange((key) => {
    // A change that cannot be read now is read by whoever asks next.
    file.get(key).then(
      (sealed) => announce(key, sealed),
      () => undefined,
    )
  })
  return { key: Buffer.from(text, 'base64url'), file }
}

function fileOf(key: string, { directory, lock }: VaultPorts): SecretStore {
  const name = createHash('sha256').update(key).digest('base64url').slice(0, 16)
  return fileSecrets(join(directory, `vault-${name}.json`), lock)
}

/** A vault that was made when this window was open already. Older ones belong to other browsers. */
async function hasYoungerVault({ directory, lock, openedAt }: VaultPorts): Promise<boolean> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names) {
    if (!FILE.test(name)) continue
    const created = await fileSecrets(join(directory, name), lock).get(CREATED)
    if (Number(created) > openedAt - WINDOW_LOAD_MS) return true
  }
  return false
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

function seal(key: Buffer, name: string, value: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')
}

/** What does not open is handed on as it is: who asked cannot read it either, sets it aside and says so. */
function unseal(key: Buffer, name: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    return (
      decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') +
      decipher.final('utf8')
    )
  } catch {
    return sealed
  }
}
