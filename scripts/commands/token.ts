import { createTerminalClient } from '../terminal-client.ts'
import { EXIT, type CommandResult } from './run-command.ts'
import { findSession } from './sessions.ts'
import { trustCa } from './trust-ca.ts'

export interface StoreOptions {
  readonly store?: string
  readonly ca?: string
}

/** `signet token <serverUrl>`: a valid access token; refreshes silently, never opens a browser. */
export async function tokenCommand(
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
  const access = await client.access({
    sessionId: id,
    rejectedToken: undefined,
    signal: new AbortController().signal,
  })
  const expiresAt = access.expiresAt === undefined ? null : new Date(access.expiresAt).toISOString()
  return {
    json: { accessToken: access.accessToken, expiresAt, scopes: access.scopes },
    text: access.accessToken,
    exitCode: EXIT.ok,
  }
}
