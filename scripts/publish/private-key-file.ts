import { mkdir, open, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { CommandFailure } from '../commands/command-failure.ts'
import { refuseInsideTree } from './outside-tree.ts'

/** Where a private key goes when nobody says otherwise. */
export function defaultKeyFile(environment: string, kid: string, encrypted: boolean): string {
  const name = encrypted ? `${kid}.json.age` : `${kid}.json`
  return join(homedir(), '.config', 'signet', 'keys', environment, name)
}

/**
 * Writes a private key, as it is or encrypted, for its owner alone (0600), never over a file and never into
 * this repository. Throws `key_file_inside_tree`, `key_file_exists`.
 */
export async function writePrivateKey(file: string, text: string): Promise<void> {
  const path = resolve(file)
  refuseInsideTree(path)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // A link may lead back into it.
  refuseInsideTree(await realpath(dirname(path)))
  const handle = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw new CommandFailure(
      'key_file_exists',
      `${path} cannot be created.`,
      'Keys are never overwritten: name another file with --out.',
      error,
    )
  })
  try {
    await handle.writeFile(text)
  } finally {
    await handle.close()
  }
}
