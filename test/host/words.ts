import type { SignInErrorCode, SignInErrorDetails } from '@signet/core'
import { messageFor } from '../../extension/src/messages.ts'

/** What the extension says for a code: tests name codes, people see words. */
export function wordsFor<C extends SignInErrorCode>(
  code: C,
  detail: SignInErrorDetails[C],
): string {
  const l10n = {
    t: (text: string, ...args: (string | number)[]) =>
      text.replaceAll(/\{(\d+)\}/g, (_all, index: string) => String(args[Number(index)])),
  }
  return messageFor(code, detail, l10n).text
}
