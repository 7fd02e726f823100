import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hasCode } from './error-code.ts'

/** Who is in a lock, and the last sign of life, which only has a meaning beside another one. */
export interface Holder {
  readonly owner: string
  readonly beat: number
}

/** Remains of the dead are kept longer than anybody can hesitate between looking and acting. */
const REMAINS_AGE_MS = 24 * 3_600_000

/** Undefined when nobody is there. */
export async function lookAt(place: string): Promise<Holder | undefined> {
  try {
    const [owner] = await readdir(place)
    const { mtimeMs } = await stat(place)
    return owner === undefined ? undefined : { owner, beat: mtimeMs }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * Enters a lock that is free: a folder with the owner's name in it takes the place in one step, which
 * fails while another one is there, on every file system. False: somebody was faster.
 */
export async function occupy(place: string, owner: string): Promise<boolean> {
  const prepared = `${place}.${owner}`
  await mkdir(prepared, { mode: 0o700 })
  try {
    await writeFile(join(prepared, owner), '')
    await rename(prepared, place)
    return true
  } catch (error) {
    await rm(prepared, { recursive: true, force: true })
    if (isTaken(error)) return false
    throw error
  }
}

/** Shows life to those who wait. */
export async function showLife(place: string, at: Date): Promise<void> {
  await utimes(place, at, at)
}

/** Leaves the lock, unless somebody has put this owner out. */
export async function leave(place: string, owner: string): Promise<void> {
  const remains = await moveAside(place, owner)
  if (remains !== undefined) await rm(remains, { recursive: true, force: true })
}

/**
 * Puts out an owner who is gone. Each can be put out once: what remains of it stays, so that whoever took
 * it for the owner a moment longer moves nobody else aside.
 */
export async function putOut(place: string, owner: string, now: number): Promise<void> {
  if ((await lookAt(place))?.owner !== owner) return
  await moveAside(place, owner)
  await sweep(place, now)
}

async function moveAside(place: string, owner: string): Promise<string | undefined> {
  const remains = `${place}.gone.${owner}`
  try {
    await rename(place, remains)
    return remains
  } catch (error) {
    if (isTaken(error) || hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** What processes left behind by ending between two steps. */
async function sweep(place: string, now: number): Promise<void> {
  const directory = dirname(place)
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${basename(place)}.`)) continue
    const path = join(directory, name)
    const left = await stat(path).catch(() => undefined)
    if (left !== undefined && now - left.mtimeMs > REMAINS_AGE_MS)
      await rm(path, { recursive: true, force: true })
  }
}

/** How systems say that a folder with something in it stands there; Windows has no word of its own for it. */
function isTaken(error: unknown): boolean {
  const words = process.platform === 'win32' ? ['EPERM', 'EACCES'] : ['EEXIST', 'ENOTEMPTY']
  return words.some((code) => hasCode(error, code))
}
