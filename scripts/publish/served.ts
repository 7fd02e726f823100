import { readFile } from 'node:fs/promises'
import { Agent, buildConnector, fetch } from 'undici'
import { CommandFailure } from '../commands/command-failure.ts'
import { LIMITS } from './limits.ts'

/** How to reach a host under its own name when it is not where DNS says, as in tests. */
export interface Reach {
  /** PEM file of certificates to trust beside the system's. */
  readonly ca?: string
  /** `address:port` to connect to instead. */
  readonly connect?: string
}

/** What stands at a URL now. Not followed: a redirect is an answer that servers refuse. */
export interface Served {
  readonly status: number
  readonly contentType: string | undefined
  /** At most `LIMITS.servedBytes`. */
  readonly bytes: string
}

/** Asks for a URL once. Throws `origin_unreachable`. */
export async function fetchServed(url: string, { ca, connect }: Reach): Promise<Served> {
  const [hostname, port] = connect?.split(':') ?? []
  const connector = buildConnector(ca === undefined ? {} : { ca: await readFile(ca, 'utf8') })
  const dispatcher = new Agent({
    connect: (options, callback) =>
      connector(
        hostname === undefined || port === undefined
          ? options
          : { ...options, hostname, port, servername: new URL(url).hostname },
        callback,
      ),
  })
  try {
    const response = await fetch(url, {
      dispatcher,
      redirect: 'manual',
      headers: { accept: 'application/json', 'cache-control': 'no-cache' },
      signal: AbortSignal.timeout(LIMITS.fetchMs),
    })
    const bytes = await readBounded(response.body)
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? undefined,
      bytes,
    }
  } catch (error) {
    throw new CommandFailure(
      'origin_unreachable',
      `${url} cannot be reached.`,
      'Check the name, the certificate and the connection.',
      error,
    )
  } finally {
    await dispatcher.destroy()
  }
}

async function readBounded(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > LIMITS.servedBytes) break
  }
  return Buffer.concat(chunks).subarray(0, LIMITS.servedBytes).toString('utf8')
}
