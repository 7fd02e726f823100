import { ProgressLocation, window } from 'vscode'
import { deviceGrant, type DeviceVerification, type SessionInfo } from '@signet/core'
import type { Localise } from './messages.ts'
import { scopesToPin } from './scopes-to-pin.ts'
import type { SignInCommandPorts, SignInTarget } from './sign-in-command.ts'
import type { SignInWait } from './sign-in-waits.ts'
import { waitLink } from './wait-link.ts'

/** The text of a notification can hold links; a server's code and address hold nothing but these. */
const NOT_OF_A_CODE = /[^\w -]/g
const MAX_CODE_CHARS = 32
const PLAIN_ADDRESS = /^[\w.\-/:]{1,200}$/

/** A sign-in on another device: shows where to enter which code, until the server says that it was. */
export async function waitForDevice(
  { client, settings, l10n }: Pick<SignInCommandPorts, 'client' | 'settings' | 'l10n'>,
  target: SignInTarget & { readonly serverUrl: string },
  wait: SignInWait,
  cancelled: AbortController,
): Promise<SessionInfo> {
  const { serverUrl, challenge, previous } = target
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Signing in to {0}', new URL(serverUrl).host),
    cancellable: true,
  }
  return await window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => cancelled.abort())
    const show = (verification: DeviceVerification) => {
      wait.link = verification.verificationUri
      progress.report({ message: deviceMessage(verification, wait, l10n) })
    }
    const grant = deviceGrant(show)
    const pinnedScopes = scopesToPin(settings().scopes.get(serverUrl), target.scopes)
    const request = { serverUrl, grant, pinnedScopes, challenge, previous }
    return await client.signInWithoutRedirect(request, cancelled.signal)
  })
}

/** What the server sent is shown only where it cannot be taken for anything but a code and an address. */
function deviceMessage(
  { userCode, verificationUri }: DeviceVerification,
  { id }: Pick<SignInWait, 'id'>,
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
