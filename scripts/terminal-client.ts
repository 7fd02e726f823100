import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import {
  createSignetClient,
  plainText,
  type Fetch,
  type IdentitySources,
  type PublishedClient,
  type SecretStore,
  type SignetClient,
  type TraceEvent,
} from '@signet/core'
import {
  fileLock,
  fileSecrets,
  openSystemBrowser,
  randomToken,
  systemClock,
  systemFetch,
} from '@signet/core/node'
import { publishedIdentity } from '@signet/site/client-metadata'

export interface TerminalOptions {
  /** File of the session store; undefined: the user's own. */
  readonly store?: string | undefined
  /** Instead of a file. */
  readonly secrets?: SecretStore
  /** Undefined: the built-in identity. */
  readonly clientId?: string | undefined
  /** Another published client, with its key. */
  readonly published?: PublishedClient
  /** False: print the authorization URL instead of opening it. */
  readonly open: boolean
  readonly trace: (event: TraceEvent) => void
}

export interface TerminalClient extends SignetClient {
  /** HTTP requests of the core so far. */
  readonly requests: () => number
}

/** The core on a terminal: sessions in a file of mode 0600, the system browser, loopback redirects. */
export function createTerminalClient(options: TerminalOptions): TerminalClient {
  const store = options.store ?? join(homedir(), '.config', 'signet', 'sessions.json')
  const lock = fileLock(join(dirname(store), 'locks'))
  let requests = 0
  const fetch: Fetch = async (url, init) => {
    requests += 1
    return await systemFetch(url, init)
  }
  const client = createSignetClient(
    {
      fetch,
      clock: systemClock,
      randomToken,
      secrets: options.secrets ?? fileSecrets(store, lock),
      lock,
      openBrowser: options.open ? openOrPrint : printUrl,
      chooseIssuer: async (issuers) => await ask(issuers),
      trace: options.trace,
    },
    async () => await Promise.resolve(terminalIdentity(options)),
  )
  return { ...client, requests: () => requests }
}

/** The published identity, or another document of the same shape under the given client_id. */
function terminalIdentity({ clientId, published }: TerminalOptions): IdentitySources {
  const identity = publishedIdentity('production')
  const own = clientId === undefined || clientId === identity.clientId
  return {
    clientName: identity.clientName,
    dynamicRegistration: true,
    preRegistered: [],
    published: published ?? {
      clientId: clientId ?? identity.clientId,
      redirectUris: identity.redirectUris,
      grantTypes: identity.grantTypes,
      reservedOrigin: own && identity.reservedOrigin,
      authentication: { method: 'none' },
    },
  }
}

/** Whether a page really appears nobody can tell: a machine without a browser has an opener, too. */
async function openOrPrint(url: string): Promise<boolean> {
  if (!(await openSystemBrowser(url))) return await printUrl(url)
  process.stderr.write(
    `Sign in on the page in your browser. When there is none, open this:\n${url}\n`,
  )
  return true
}

async function printUrl(url: string): Promise<boolean> {
  process.stderr.write(`open: ${url}\n`)
  return await Promise.resolve(true)
}

async function ask(issuers: readonly string[]): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined
  const prompt = createInterface({
    input: process.stdin,
    output: process.stderr,
  })
  try {
    issuers.forEach((issuer, index) =>
      process.stderr.write(`  ${String(index + 1)}. ${plainText(issuer)}\n`),
    )
    return issuers[Number(await prompt.question('Sign in at which one? ')) - 1]
  } finally {
    prompt.close()
  }
}
