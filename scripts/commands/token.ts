import type { Access } from '@signet/core'
import { createTerminalClient } from '../terminal-client.ts'
import { agentTokenCommand } from './agent-token.ts'
import { EXIT, type CommandResult } from './run-command.ts'
import { findSession } from './sessions.ts'
import type { KeySource } from './signing-key.ts'
import { trustCa } from './trust-ca.ts'

export interface StoreOptions {
  readonly store?: string
  readonly ca?: string
}

export interface TokenOptions extends StoreOptions {
  /** Who asks: the person's session, or the confidential client itself. */
  readonly client?: 'agent'
  readonly key?: KeySource | undefined
  readonly clientId?: string
  readonly scope?: string
}

/** `signet token <serverUrl>`: a valid access token; refreshes silently, never opens a browser. */
export async function tokenCommand(
  serverUrl: string,
  options: TokenOptions,
): Promise<CommandResult> {
  if (options.key !== undefined) return await agentTokenCommand(serverUrl, options.key, options)
  await trustCa(options.ca)
  const client = createTerminalClient({
    store: options.store,
    clientId: undefined,
    open: false,
    trace: () => undefined,
  })
  const { id } = await findSession(client, serverUrl)
  const { signal } = new AbortController()
  return tokenResult(await client.access({ sessionId: id, rejectedToken: undefined, signal }))
}

/** The token is what was asked for, so it is printed: on stdout, nowhere else. */
export function tokenResult({ accessToken, expiresAt, scopes }: Access): CommandResult {
  const until = expiresAt === undefined ? null : new Date(expiresAt).toISOString()
  return {
    json: { accessToken, expiresAt: until, scopes },
    text: accessToken,
    exitCode: EXIT.ok,
  }
}
