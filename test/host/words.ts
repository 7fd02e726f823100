import type { SignInErrorCode, SignInErrorDetails } from '@signet/core'
import { messageFor } from '../../extension/src/messages.ts'
import { plainL10n } from '../support/plain-l10n.ts'

/** What the extension says for a code: tests name codes, people see words. */
export function wordsFor<C extends SignInErrorCode>(
  code: C,
  detail: SignInErrorDetails[C],
): string {
  return messageFor(code, detail, plainL10n).text
}
