import { open, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, relative, resolve, isAbsolute } from 'node:path'
import type { JWK } from 'jose'
import { CommandFailure } from '../commands/command-failure.ts'
import { ROOT } from '../run-tool.ts'

/** Where a private key goes when nobody says otherwise. */
export function defaultKeyFile(environment: string, kid: string): string {
  return join(homedir(), '.config', 'signet', 'keys', environment, `${kid}.json`)
}

/**
 * Writes a private JWK for its owner alone (0600), never over a file and never into this repository.
 * Throws `key_file_inside_tree`, `key_file_exists`.
 */
export async function writePrivateKey(file: string, key: JWK): Promise<void> {
  const path = resolve(file)
  const inside = relative(ROOT, path)
  if (!inside.startsWith('..') && !isAbsolute(inside))
    throw new CommandFailure(
      'key_file_inside_tree',
      'A private key does not belong into this repository.',
      'Name a file outside of it with --out, or hand the key over with --to-stdout.',
    )
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const handle = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw new CommandFailure(
      'key_file_exists',
      `${path} cannot be created.`,
      'Keys are never overwritten: name another file with --out.',
      error,
    )
  })
  try {
    await handle.writeFile(`${JSON.stringify(key, undefined, 2)}\n`)
  } finally {
    await handle.close()
  }
}
