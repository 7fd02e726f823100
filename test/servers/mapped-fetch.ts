import { Agent, buildConnector, fetch as undiciFetch } from 'undici'

/**
 * A fetch that reaches one https origin on a local port, with that origin's own name and a certificate
 * from a test authority; every other request goes where it says. So servers under test fetch the
 * production client_id, byte for byte, from this machine.
 */
export function mappedFetch(
  origin: string,
  port: number,
  caPem: string,
): { readonly fetch: typeof fetch; readonly close: () => Promise<void> } {
  const connect = buildConnector({ ca: caPem })
  const agent = new Agent({
    connect: (options, callback) =>
      connect(
        {
          ...options,
          hostname: '127.0.0.1',
          port: String(port),
          servername: new URL(origin).hostname,
        },
        callback,
      ),
  })
  return {
    fetch: (async (input: string | URL, init?: object) => {
      if (new URL(input).origin !== origin) return await fetch(input, init)
      const { dispatcher: _guard, ...rest } = { dispatcher: undefined, ...init }
      return (await undiciFetch(input, { ...rest, dispatcher: agent })) as unknown as Response
    }) as typeof fetch,
    close: async () => await agent.close(),
  }
}
