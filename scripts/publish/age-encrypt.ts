import { armor, Encrypter } from 'age-encryption'
import { CommandFailure } from '../commands/command-failure.ts'

/**
 * A text encrypted to age recipients (`age1…`), each of whom can read it alone: an armored age file, for any
 * age implementation. Throws `key_age_recipient`, which repeats none of them: a secret pasted there by
 * mistake stays one.
 */
export async function ageEncrypt(text: string, recipients: readonly string[]): Promise<string> {
  const encrypter = new Encrypter()
  for (const recipient of recipients)
    try {
      encrypter.addRecipient(recipient.trim())
    } catch {
      throw new CommandFailure(
        'key_age_recipient',
        'What --age names is not an age recipient.',
        'Give the public half, which begins with age1; `age-keygen -y` prints it.',
      )
    }
  return `${armor.encode(await encrypter.encrypt(text))}\n`
}
