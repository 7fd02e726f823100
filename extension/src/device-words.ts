import type { DeviceVerification } from '@signet/core'
import type { Localise } from './localise.ts'
import { waitLink } from './wait-link.ts'

/** The text of a notification can hold links; a server's code and address hold nothing but these. */
const NOT_OF_A_CODE = /[^\w -]/g
const MAX_CODE_CHARS = 32
const PLAIN_ADDRESS = /^[\w.\-/:]{1,200}$/

/** What the server sent is shown only where it cannot be taken for anything but a code and an address. */
export function deviceMessage(
  { userCode, verificationUri }: DeviceVerification,
  { id }: { readonly id: string },
  l10n: Localise,
): string {
  return l10n.t(
    'on any device open {0} and enter the code {1}. [Copy Link]({2}), [Try Another Way]({3})',
    PLAIN_ADDRESS.test(verificationUri) ? verificationUri : new URL(verificationUri).host,
    userCode.replaceAll(NOT_OF_A_CODE, '').slice(0, MAX_CODE_CHARS),
    waitLink('signet.copySignInLink', id),
    waitLink('signet.tryAnotherWay', id),
  )
}
