import { createTerminalClient } from '../terminal-client.ts'
import { EXIT, type CommandResult } from './run-command.ts'
import { findSession } from './sessions.ts'
import type { StoreOptions } from './token.ts'
import { trustCa } from './trust-ca.ts'

/** `signet sign-out <serverUrl>`: revokes at the issuer and forgets here. */
export async function signOutCommand(
  serverUrl: string,
  options: StoreOptions,
): Promise<CommandResult> {
  await trustCa(options.ca)
  const client = createTerminalClient({
    store: options.store,
    clientId: undefined,
    open: false,
    trace: () => undefined,
  })
  const { id } = await findSession(client, serverUrl)
  const { forgotten, revocation } = await client.signOut(id, new AbortController().signal)
  const revoked = revocation === 'revoked'
  return {
    json: { revoked, forgotten },
    text: revoked
      ? 'Signed out and revoked.'
      : `Signed out here; not revoked at the server (${revocation}).`,
    exitCode: EXIT.ok,
  }
}
