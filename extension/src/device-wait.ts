import { ProgressLocation, window } from 'vscode'
import {
  deviceGrant,
  type DeviceVerification,
  type SessionInfo,
  type SignetClient,
} from '@signet/core'
import { deviceMessage } from './device-words.ts'
import { scopesToPin } from './scopes-to-pin.ts'
import type { Localise } from './localise.ts'
import type { Settings } from './settings.ts'
import type { KnownTarget } from './sign-in-target.ts'
import type { SignInWait } from './sign-in-waits.ts'

export interface DeviceWaitPorts {
  readonly client: Pick<SignetClient, 'signInWithoutRedirect'>
  readonly settings: () => Settings
  readonly l10n: Localise
}

/** A sign-in on another device: shows where to enter which code, until the server says that it was. */
export async function waitForDevice(
  { client, settings, l10n }: DeviceWaitPorts,
  target: KnownTarget,
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
