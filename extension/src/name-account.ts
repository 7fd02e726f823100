import { window } from 'vscode'
import type { SessionInfo, SignetClient } from '@signet/core'
import { isTaken, needsName, suggestedName } from './account-name.ts'
import type { Log } from './log.ts'
import type { Localise } from './localise.ts'
import { reportFailure } from './report.ts'

export interface NameAccountPorts {
  readonly client: Pick<SignetClient, 'sessions' | 'nameAccount'>
  readonly log: Log
  readonly channel: { readonly show: () => void }
  readonly l10n: Localise
}

/**
 * Gives an account a name of its own, once, where the server leaves it without one. The name is stored with
 * the session and does not depend on the others: the editor remembers by it who may use the account.
 */
export async function nameWhereNeeded(
  ports: NameAccountPorts,
  session: SessionInfo,
): Promise<SessionInfo> {
  const { client, l10n } = ports
  try {
    const all = await client.sessions.list()
    if (!needsName(session, all)) return session
    const suggestion = suggestedName(session, l10n)
    const given = await window.showInputBox({
      title: l10n.t('Name this account'),
      prompt: l10n.t(
        '{0} does not say whose account this is. A name tells it apart from others.',
        new URL(session.server).host,
      ),
      value: suggestion,
      validateInput: (name) =>
        isTaken(session, name, all)
          ? l10n.t('Another account of this server has this name.')
          : undefined,
    })
    const name = given === undefined || given.trim() === '' ? suggestion : given
    return await client.nameAccount(session.id, name, new AbortController().signal)
  } catch (error) {
    await reportFailure(error, 'naming an account', ports, {})
    return session
  }
}
