import { StatusBarAlignment, window, type StatusBarItem } from 'vscode'
import type { Clock, SignetClient } from '@signet/core'
import type { Localise } from './localise.ts'
import { accountState } from './session-tree.ts'

export interface StatusItemPorts {
  readonly client: Pick<SignetClient, 'sessions'>
  readonly clock: Pick<Clock, 'now'>
  readonly l10n: Localise
  readonly failed: (error: unknown) => void
}

export interface StatusItem {
  /** How many sign-ins of this window wait for the person. */
  readonly waiting: (count: number) => void
  readonly dispose: () => void
}

/** In the status bar only while something needs the person: a page to approve, or an account that has ended. */
export function createStatusItem({ client, clock, l10n, failed }: StatusItemPorts): StatusItem {
  let item: StatusBarItem | undefined
  let waits = 0
  let ended = 0
  const show = () => {
    if (waits + ended === 0) {
      item?.hide()
      return
    }
    item ??= window.createStatusBarItem('signet.status', StatusBarAlignment.Left)
    const text =
      waits > 0
        ? l10n.t('Sign-in waits for your browser')
        : l10n.t('Accounts that need a new sign-in: {0}', ended)
    item.name = 'Signet'
    item.text = `$(key) ${text}`
    item.accessibilityInformation = { label: text }
    item.command = waits > 0 ? 'signet.tryAnotherWay' : 'signet.sessions.focus'
    item.show()
  }
  const look = () => {
    client.sessions.list().then((sessions) => {
      const now = clock.now()
      ended = sessions.filter((session) => accountState(session, now) === 'ended').length
      show()
    }, failed)
  }
  const unsubscribe = client.sessions.onDidChange(look)
  look()
  return {
    waiting: (count) => {
      waits = count
      show()
    },
    dispose: () => {
      unsubscribe()
      item?.dispose()
    },
  }
}
