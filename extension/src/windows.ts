import { window } from 'vscode'
import type { Clock, SecretStore } from '@signet/core'
import { createCallbackRelay } from './callback-relay.ts'
import type { Log } from './log.ts'
import type { Localise } from './localise.ts'
import { createUriInbox, withRelay, type UriInbox } from './uri-receiver.ts'

export interface WindowsPorts {
  /** What all windows see at once. */
  readonly store: SecretStore
  readonly clock: Clock
  readonly log: Log
  readonly l10n: Localise
}

/**
 * The URI handler's inbox, across windows: the editor hands a callback to the topmost window, which need
 * not be the one that waits. Both windows say what happens.
 */
export function createWindowsInbox({ store, clock, log, l10n }: WindowsPorts): UriInbox {
  const relay = createCallbackRelay(store, clock)
  const inbox = createUriInbox((parameters) => {
    void relay.offer(parameters).then(
      (outcome) => {
        if (outcome === 'taken') {
          void window.showInformationMessage(
            l10n.t('This sign-in was started in another window. It goes on there.'),
          )
          return
        }
        log.failure('a callback that no window waits for', undefined)
        void window.showInformationMessage(
          l10n.t(
            'No sign-in waits for this answer: it has ended, or was cancelled. Start it again.',
          ),
        )
      },
      (error: unknown) => log.failure('handing a callback to another window', error),
    )
  })
  return withRelay(inbox, relay, {
    relayed: () =>
      void window.showInformationMessage(
        l10n.t('The browser answered in another window. The sign-in goes on here.'),
      ),
    failed: (error) => log.failure('listening to other windows', error),
  })
}
