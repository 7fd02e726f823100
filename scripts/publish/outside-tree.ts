import { isAbsolute, relative, resolve } from 'node:path'
import { CommandFailure } from '../commands/command-failure.ts'
import { ROOT } from '../run-tool.ts'

/** Throws `key_file_inside_tree` for a path in this repository: what is there gets committed and deployed. */
export function refuseInsideTree(file: string): void {
  const inside = relative(ROOT, resolve(file))
  if (inside.startsWith('..') || isAbsolute(inside)) return
  throw new CommandFailure(
    'key_file_inside_tree',
    'A private key does not belong into this repository.',
    'Name a file outside of it, or hand the key over with `signet keys generate --to-stdout`.',
  )
}
