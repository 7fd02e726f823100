import { deviceGrant, type OpenReceiver, type SessionInfo } from '@signet/core'
import { loopbackReceiver } from '@signet/core/node'
import { publishedIdentity } from '@signet/site/client-metadata'
import { createTerminalClient, type TerminalClient } from '../terminal-client.ts'
import { pasteReceiver } from './paste-receiver.ts'
import { printable } from './printable.ts'
import { EXIT, type CommandResult } from './run-command.ts'
import { printTrace } from './print-trace.ts'
import { trustCa } from './trust-ca.ts'

export interface SignInOptions {
  readonly clientId?: string
  readonly redirect: 'loopback' | 'paste' | 'device'
  readonly open: boolean
  readonly scope?: string
  readonly ca?: string
  readonly store?: string
  /** Seconds. */
  readonly timeout?: number
}

/** `signet sign-in <serverUrl>`: the whole sign-in from a terminal. */
export async function signInCommand(
  serverUrl: string,
  options: SignInOptions,
): Promise<CommandResult> {
  await trustCa(options.ca)
  const client = createTerminalClient({
    store: options.store,
    clientId: options.clientId,
    open: options.open,
    trace: printTrace,
  })
  const signal = AbortSignal.any([
    interrupted(),
    ...(options.timeout === undefined ? [] : [AbortSignal.timeout(options.timeout * 1000)]),
  ])
  const request = {
    serverUrl,
    pinnedScopes: options.scope?.split(/[ ,]+/).filter((scope) => scope !== ''),
    challenge: undefined,
    previous: undefined,
  }
  const session =
    options.redirect === 'device'
      ? await client.signInWithoutRedirect({ ...request, grant: DEVICE }, signal)
      : await client.signIn(
          {
            ...request,
            openReceiver: options.redirect === 'paste' ? pasteReceiver : terminalLoopback(),
            avoid: [],
            extraParameters: new Map(),
          },
          signal,
        )
  return signedIn(session, client)
}

/** For machines without any browser: the person answers on another one. */
const DEVICE = deviceGrant(({ verificationUri, userCode }) => {
  // The code is the server's text: quoted, so that it cannot pass for a line of ours.
  const words = [`On any device, open: ${verificationUri}`, `and enter: ${printable(userCode)}`]
  process.stderr.write(`${words.join('\n')}\n`)
})

/** Aborts on Ctrl-C, so that the listener is closed and nothing is half-saved. */
function interrupted(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  return controller.signal
}

function signedIn(session: SessionInfo, client: TerminalClient): CommandResult {
  const { server, resource, issuer, clientId, registration, redirectUri, scopes, expiresAt } =
    session
  const account = session.accountLabel ?? null
  const as = session.accountLabel === undefined ? '' : ` as ${printable(session.accountLabel)}`
  return {
    json: {
      server,
      resource,
      issuer,
      clientId,
      registration,
      redirectUri: redirectUri ?? null,
      scopes,
      account,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
      requests: client.requests(),
    },
    text: `Signed in to ${server}${as}.`,
    exitCode: EXIT.ok,
  }
}

function terminalLoopback(): OpenReceiver {
  const { loopbackPorts, loopbackPath } = publishedIdentity('production')
  return loopbackReceiver({
    ports: loopbackPorts,
    path: loopbackPath,
    page: {
      lang: 'en',
      title: 'Back to your terminal',
      body: 'The sign-in continues there. You can close this page.',
    },
  })
}
