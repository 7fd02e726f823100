import type { Circumstances } from './world.ts'

/** One host that is at fault, or one that is not. */
export interface Case {
  /** Stable; part of the page. */
  readonly id: string
  /** What is wrong, in words that stand alone. */
  readonly title: string
  /** A thread in which people suffered from it, `owner/repository#number`; undefined: from the list of checks. */
  readonly thread?: string
  readonly circumstances: Circumstances
}

export interface Fault extends Case {
  /** The finding that has to name it. */
  readonly finding: string
}
