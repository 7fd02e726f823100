import { clientCredentialsGrant, type PublishedClient } from '@signet/core'
import { ORIGINS } from '../../site/src/client-metadata/clients.ts'
import { clientDocument } from '../../site/src/client-metadata/document.ts'
import { isReserved } from '../../site/src/client-metadata/reserved.ts'
import { createTerminalClient } from '../terminal-client.ts'
import { memorySecrets } from '../memory-secrets.ts'
import { printTrace } from './print-trace.ts'
import type { CommandResult } from './run-command.ts'
import { readSigningKey, type KeySource } from './signing-key.ts'
import { tokenResult, type TokenOptions } from './token.ts'
import { trustCa } from './trust-ca.ts'

/**
 * `signet token <serverUrl> --client agent --key env:NAME`: a token of the confidential identity's own, no
 * person present (MCP client credentials extension). Asked for afresh each time, and kept nowhere.
 */
export async function agentTokenCommand(
  serverUrl: string,
  keySource: KeySource,
  { ca, clientId, scope }: TokenOptions,
): Promise<CommandResult> {
  await trustCa(ca)
  const document = clientDocument('production', 'agent')
  const own = clientId === undefined || clientId === document.client_id
  const published: PublishedClient = {
    clientId: clientId ?? document.client_id,
    redirectUris: document.redirect_uris,
    grantTypes: document.grant_types,
    reservedOrigin: own && isReserved(new URL(ORIGINS.production).hostname),
    authentication: await readSigningKey(keySource, process.env),
  }
  const client = createTerminalClient({
    secrets: memorySecrets(),
    published,
    open: false,
    trace: printTrace,
  })
  const { signal } = new AbortController()
  const { id } = await client.signInWithoutRedirect(
    {
      serverUrl,
      grant: clientCredentialsGrant(),
      pinnedScopes: scope?.split(/[ ,]+/).filter((name) => name !== ''),
      challenge: undefined,
      previous: undefined,
    },
    signal,
  )
  return tokenResult(await client.access({ sessionId: id, rejectedToken: undefined, signal }))
}
