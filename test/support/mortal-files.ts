import type { Files, OpenFile } from '../../site/src/history/store.ts'

/** What stays of the operation in which a process is killed. */
export type Remains = 'nothing' | 'half' | 'all'

export class Killed extends Error {}

/**
 * Files in memory of a process that can be killed in any operation on them. Only writing can be half done:
 * renaming is one step, as POSIX has it.
 */
export class MortalFiles {
  readonly #files: Map<string, string>
  /** Operations of the process so far. */
  operations = 0
  #killAt = Infinity
  #remains: Remains = 'nothing'

  constructor(files: ReadonlyMap<string, string> = new Map()) {
    this.#files = new Map(files)
  }

  /** The process ends in its operation of this number, counted from 1. */
  killAt(operation: number, remains: Remains): void {
    this.#killAt = operation
    this.#remains = remains
  }

  /** What a later process finds. */
  snapshot(): ReadonlyMap<string, string> {
    return new Map(this.#files)
  }

  readonly disk: Files = {
    mkdir: async () => await this.#step('', () => undefined),
    readFile: async (path) =>
      await this.#step('', () => {
        const text = this.#files.get(path)
        if (text === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' })
        return text
      }),
    rename: async (from, to) =>
      await this.#step('', () => {
        this.#files.set(to, this.#files.get(from) ?? '')
        this.#files.delete(from)
      }),
    open: async (path, flags) =>
      await this.#step('', () => {
        if (flags === 'w' || !this.#files.has(path)) this.#files.set(path, '')
        return this.#handle(path)
      }),
  }

  #handle(path: string): OpenFile {
    const text = () => this.#files.get(path) ?? ''
    const write = async (data: unknown) =>
      await this.#step(String(data), (part) => void this.#files.set(path, text() + part))
    return {
      appendFile: write,
      writeFile: write,
      datasync: async () => await this.#step('', () => undefined),
      close: async () => await this.#step('', () => undefined),
      stat: async () => await this.#step('', () => ({ size: Buffer.byteLength(text()) })),
      read: async (into, offset, length, position) =>
        await this.#step('', () =>
          Buffer.from(text()).copy(into, offset, position, position + length),
        ),
    }
  }

  /** A dead process does nothing any more, not even close what it opened. */
  async #step<T>(data: string, act: (part: string) => T): Promise<T> {
    this.operations += 1
    if (this.operations < this.#killAt) return act(data)
    const last = this.operations === this.#killAt && this.#remains !== 'nothing'
    // Whether it worked, nobody lives to see.
    const part = this.#remains === 'all' ? data : half(data)
    if (last)
      await Promise.resolve(part)
        .then(act)
        .catch(() => undefined)
    throw new Killed()
  }
}

const half = (data: string) => data.slice(0, Math.floor(data.length / 2))
