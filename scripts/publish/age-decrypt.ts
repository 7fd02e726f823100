import { armor, Decrypter } from 'age-encryption'
import { CommandFailure } from '../commands/command-failure.ts'
import { readPrivateFile } from './read-private-file.ts'

/** Where identities come from; like a private key, never from the command line. */
export type AgeEnvironment = Readonly<
  Partial<Record<'SIGNET_AGE_IDENTITY' | 'SIGNET_AGE_IDENTITY_FILE', string>>
>

const ARMOR = '-----BEGIN AGE'

/**
 * The text in an age file, armored or binary, opened with the identities of the environment. Nothing is
 * written, and no failure repeats anything of the file, the text or an identity. Throws
 * `key_age_identity_missing`, `key_age_identity_unusable`, `key_age_wrong_identity`, `key_age_malformed`, and
 * for an identity file what readPrivateFile throws.
 */
export async function ageDecrypt(file: Uint8Array, environment: AgeEnvironment): Promise<string> {
  const decrypter = new Decrypter()
  for (const identity of await identities(environment))
    try {
      decrypter.addIdentity(identity)
    } catch {
      throw new CommandFailure(
        'key_age_identity_unusable',
        'There is a line among the age identities that is none.',
        'Each begins with AGE-SECRET-KEY-; lines that begin with # are skipped.',
      )
    }
  // The library says in words alone which step failed. This one is asked when no identity before it fits.
  const tried = { all: false }
  decrypter.addIdentity({
    unwrapFileKey: () => {
      tried.all = true
      return null
    },
  })
  try {
    return await decrypter.decrypt(unarmored(file), 'text')
  } catch {
    // What was caught may quote the file, which may be a key that nobody encrypted.
    throw tried.all
      ? new CommandFailure(
          'key_age_wrong_identity',
          'The file is encrypted to others than the given age identity.',
          'Give an identity it was encrypted to, or encrypt the key anew to yours.',
        )
      : new CommandFailure(
          'key_age_malformed',
          'The file is not an age file, or it was changed.',
          'Name the file that `signet keys generate --age` or `age` wrote; env: and file: take a key as it is.',
        )
  }
}

function unarmored(file: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(file)
  return text.trimStart().startsWith(ARMOR) ? armor.decode(text) : file
}

/** Those in the variable, or else those in the file it names: an identity file of age, or its lines. */
async function identities(environment: AgeEnvironment): Promise<readonly string[]> {
  const path = environment.SIGNET_AGE_IDENTITY_FILE ?? ''
  const bytes = path === '' ? undefined : await readPrivateFile(path, { encrypted: false })
  const inline = environment.SIGNET_AGE_IDENTITY ?? ''
  const lines = (inline === '' ? new TextDecoder().decode(bytes) : inline)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.length > 0) return lines
  throw new CommandFailure(
    'key_age_identity_missing',
    'There is no age identity to open the file with.',
    'Put one into SIGNET_AGE_IDENTITY, or the path of its file into SIGNET_AGE_IDENTITY_FILE.',
  )
}
