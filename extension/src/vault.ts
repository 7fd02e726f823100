import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Lock, SecretStore } from '@signet/core'
import { fileSecrets } from '@signet/core/node'
import { askForKey, giveKey } from './key-handover.ts'
import { WINDOW_LOAD_MS } from './limits.ts'
import { seal, unseal } from './sealing.ts'

export interface VaultPorts {
  /** This window's own copy of the editor's secrets. */
  readonly secrets: SecretStore
  /** On the machine that all windows' extension hosts share. */
  readonly directory: string
  readonly lock: Lock
  /** A file that all windows see, whether they have the key or not. Holds nothing confidential. */
  readonly shared: SecretStore
  readonly clock: Pick<Clock, 'now' | 'timeout'>
  /** When this window was opened, in milliseconds since the epoch. */
  readonly openedAt: number
  /** Hears that this window has to be reloaded before it can store anything. */
  readonly outdated: () => void
  readonly failed: (error: unknown) => void
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
 * A window that was open before the key was made does not have it, and asks the others for it: what it stored
 * under a key of its own would be lost. When none answers it stores nothing, and `outdated` hears of it.
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
  const made = await lock('vault', never, async () => {
    const known = await secrets.get(KEY)
    if (known !== undefined) return known
    if (await hasYoungerVault(ports)) return undefined
    const key = randomBytes(32).toString('base64url')
    await secrets.set(KEY, key)
    await fileOf(key, ports).set(CREATED, String(ports.clock.now()))
    return key
  })
  const text = made ?? (await askForKey(ports.shared, ports.clock, randomUUID()))
  if (text === undefined) {
    ports.outdated()
    return undefined
  }
  if (made === undefined) await secrets.set(KEY, text)
  giveKey(ports.shared, text, ports.failed)
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
