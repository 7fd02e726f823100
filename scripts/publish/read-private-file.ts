import { open, realpath } from 'node:fs/promises'
import { CommandFailure } from '../commands/command-failure.ts'
import { LIMITS } from './limits.ts'
import { refuseInsideTree } from './outside-tree.ts'

/**
 * Bytes of a file that holds a secret; undefined: there is none. `encrypted`: the file's bytes are no secret
 * by themselves, so others may read them. Throws `key_file_inside_tree`, `key_file_readable`,
 * `key_file_too_large`.
 */
export async function readPrivateFile(
  path: string,
  { encrypted }: { readonly encrypted: boolean },
): Promise<Uint8Array | undefined> {
  const place = await realpath(path).catch(() => undefined)
  if (place === undefined) return undefined
  refuseInsideTree(place)
  const file = await open(place).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { mode } = await file.stat()
    // Only what its owner alone can read and change is a secret.
    if (!encrypted && process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new CommandFailure(
        'key_file_readable',
        `${path} can be read by others than its owner.`,
        `Run chmod 600 on it, and replace the key if others have seen it.`,
      )
    // One byte more than allowed: a size that the system states can be wrong, and a device has none.
    const buffer = Buffer.alloc(LIMITS.privateFileBytes + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null)
      if (bytesRead === 0) return Uint8Array.from(buffer.subarray(0, length))
      length += bytesRead
      if (length > LIMITS.privateFileBytes)
        throw new CommandFailure(
          'key_file_too_large',
          `${path} is larger than any key.`,
          'Name the file that `signet keys generate` wrote.',
        )
    }
  } finally {
    await file.close()
  }
}
