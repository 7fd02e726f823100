import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { mkdirSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { isJsonObject, parseJsonObject } from '../json-document.ts'
import type { Lock, SecretStore } from '../ports.ts'
import { hasCode } from './error-code.ts'

/**
 * A SecretStore in one file of mode 0600, for the terminal and for tests; the editor has its own. Writes
 * go to a new file that then takes the place of the old one, so a crash leaves one or the other whole.
 * `lock` keeps two processes from overwriting each other's entries.
 */
export function fileSecrets(path: string, lock: Lock): SecretStore {
  const never = new AbortController().signal
  const change = async (edit: (entries: Map<string, string>) => void) => {
    await lock(`secrets-file/${path}`, never, async () => {
      const entries = await readEntries(path)
      edit(entries)
      await writeEntries(path, entries)
    })
  }
  return {
    keys: async () => [...(await readEntries(path)).keys()],
    get: async (key) => (await readEntries(path)).get(key),
    set: async (key, value) => await change((entries) => void entries.set(key, value)),
    delete: async (key) => await change((entries) => void entries.delete(key)),
    onDidChange: (listener) => watchEntries(path, listener),
  }
}

async function readEntries(path: string): Promise<Map<string, string>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return new Map()
    throw error
  }
  // A file readable by others was not written by us, or has been opened up since.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
    await chmod(path, 0o600)
  const value = parseJsonObject(text)
  if (value === undefined) throw new Error('the secrets file is not a JSON object')
  const entries = isJsonObject(value.entries) ? value.entries : {}
  return new Map(
    Object.entries(entries).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

async function writeEntries(path: string, entries: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomUUID()}`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      const text = JSON.stringify({ formatVersion: 1, entries: Object.fromEntries(entries) })
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    // It holds every token there is.
    await rm(temporary, { force: true })
    throw error
  }
}

/** Reports keys whose values differ from the last look; a file watcher alone cannot say which. */
function watchEntries(path: string, listener: (key: string) => void): () => void {
  let known = new Map<string, string>()
  const look = async () => {
    const now = await readEntries(path)
    const changed = [...new Set([...known.keys(), ...now.keys()])].filter(
      (key) => known.get(key) !== now.get(key),
    )
    known = now
    changed.forEach(listener)
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const first = readEntries(path).then((entries) => (known = entries))
  const watcher = watch(dirname(path), { persistent: false }, () => {
    // A half-way state is followed by another event.
    void first.then(look).catch(() => undefined)
  })
  return () => watcher.close()
}
