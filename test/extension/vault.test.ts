import { deepEqual, equal, rejects } from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileLock, fileSecrets } from '@signet/core/node'
import { createVault } from '../../extension/src/vault.ts'
import { memorySecrets } from '../support/fake-ports.ts'

const HOUR = 3_600_000

describe('Secrets of an editor in a browser, where each window holds its own copy (C3)', () => {
  let directory: string
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'signet-vault-'))))
  afterEach(async () => await rm(directory, { recursive: true, maxRetries: 5 }))

  /** What the browser keeps for one origin: a window copies it when it is opened, and overwrites it whole. */
  const browser = { kept: new Map<string, string>() }
  beforeEach(() => (browser.kept = new Map()))

  function openWindow(openedAt: number, answered = true) {
    const copy = memorySecrets()
    for (const [key, value] of browser.kept) copy.entries.set(key, value)
    let outdated = 0
    const secrets = {
      ...copy,
      set: async (key: string, value: string) => {
        await copy.set(key, value)
        browser.kept = new Map(copy.entries)
      },
    }
    const lock = fileLock(join(directory, 'locks'))
    const vault = createVault({
      secrets,
      directory,
      lock,
      shared: fileSecrets(join(directory, answered ? 'shared' : 'apart', 'callbacks.json'), lock),
      clock: {
        now: () => openedAt,
        timeout: () => (answered ? new AbortController().signal : AbortSignal.timeout(0)),
      },
      openedAt,
      outdated: () => void (outdated += 1),
      failed: (error) => {
        throw error
      },
    })
    return { vault, outdated: () => outdated }
  }

  const files = async () => (await readdir(directory)).filter((name) => name.endsWith('.json'))

  it('are seen by a window that was opened later, and its own by the first', async () => {
    const one = openWindow(0)
    await one.vault.set('session/v1/a', 'A')
    const two = openWindow(HOUR)
    equal(await two.vault.get('session/v1/a'), 'A')
    await two.vault.set('session/v1/a', 'A2')
    equal(await one.vault.get('session/v1/a'), 'A2')
    await two.vault.delete('session/v1/a')
    equal(await one.vault.get('session/v1/a'), undefined)
    deepEqual(await one.vault.keys(), [])
  })

  it('are told to the other windows when they change, and once', async () => {
    const one = openWindow(0)
    await one.vault.set('session/v1/a', 'A')
    const two = openWindow(HOUR)
    await two.vault.keys()
    const heard = Promise.withResolvers<string>()
    const count = new Map<string, number>()
    two.vault.onDidChange((key) => {
      count.set(key, (count.get(key) ?? 0) + 1)
      if (key === 'session/v1/b') heard.resolve(key)
    })
    await one.vault.set('session/v1/b', 'B')
    equal(await heard.promise, 'session/v1/b')
    equal(count.get('session/v1/b'), 1)
  })

  it('are told to this window before the change is over', async () => {
    const { vault } = openWindow(0)
    const heard: string[] = []
    vault.onDidChange((key) => void heard.push(key))
    await vault.set('a', '1')
    await vault.set('a', '2')
    await vault.delete('a')
    deepEqual(heard, ['a', 'a', 'a'])
  })

  it('lie on the disk encrypted, readable by nobody else, each bound to its name', async () => {
    const { vault } = openWindow(0)
    await vault.set('session/v1/a', 'refresh-token-of-a')
    await vault.set('session/v1/b', 'refresh-token-of-b')
    const [name = ''] = await files()
    const path = join(directory, name)
    const text = await readFile(path, 'utf8')
    equal(text.includes('refresh-token'), false)
    if (process.platform !== 'win32') equal((await stat(path)).mode & 0o077, 0)
    for (const key of browser.kept.values()) equal(text.includes(key), false)
    // Swapped by whoever can write the file: neither opens under the other's name.
    const { entries } = JSON.parse(text) as { entries: Record<string, string> }
    const { writeFile } = await import('node:fs/promises')
    const swapped = { ...entries, 'session/v1/a': entries['session/v1/b'] }
    await writeFile(path, JSON.stringify({ formatVersion: 1, entries: swapped }))
    equal((await vault.get('session/v1/a'))?.includes('refresh-token'), false)
  })

  it('reach a window that was open before the key was made: another one gives it the key, encrypted', async () => {
    const [one, two] = [openWindow(0), openWindow(0)]
    await one.vault.set('session/v1/a', 'A')
    equal(await two.vault.get('session/v1/a'), 'A')
    await two.vault.set('session/v1/b', 'B')
    equal(await one.vault.get('session/v1/b'), 'B')
    equal(two.outdated(), 0)
    equal((await files()).length, 1)
    const left = await readFile(join(directory, 'shared', 'callbacks.json'), 'utf8')
    deepEqual((JSON.parse(left) as { entries: object }).entries, {})
  })

  it('are not stored by such a window when none answers: it says so instead', async () => {
    const [one, two] = [openWindow(0), openWindow(0, false)]
    await one.vault.set('session/v1/a', 'A')
    deepEqual(await two.vault.keys(), [])
    equal(two.outdated(), 1)
    await rejects(two.vault.set('session/v1/b', 'B'))
    equal((await files()).length, 1, 'no vault under a key that would be lost')
    const reloaded = openWindow(HOUR)
    equal(await reloaded.vault.get('session/v1/a'), 'A')
  })

  it('of another browser stay apart', async () => {
    await openWindow(0).vault.set('session/v1/a', 'A')
    browser.kept = new Map()
    const other = openWindow(HOUR)
    deepEqual(await other.vault.keys(), [])
    await other.vault.set('session/v1/b', 'B')
    deepEqual(await other.vault.keys(), ['session/v1/b'])
    equal((await files()).length, 2)
  })
})
