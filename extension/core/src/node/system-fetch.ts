import type { Fetch } from '../ports.ts'
import { checkName, systemResolve, type Resolve } from './name-guard.ts'

/**
 * The global fetch as a port: no redirects, no cookies, no cache. Inside VS Code's extension host this is
 * the editor's fetch, which honours its proxy and certificate settings.
 *
 * Names that a server sends this client to are resolved and judged before each request. The fetch resolves
 * them again and takes no address from here (proxies and the editor would be bypassed), so a resolver that
 * answers twice in two ways can still make it connect inside. Nothing is sent there then: such requests are
 * https, and whoever answers needs a certificate for the attacker's name. What remains is a TLS greeting,
 * and everything where certificates are not checked.
 */
export function createSystemFetch(ports: {
  readonly fetch: typeof fetch
  readonly resolve: Resolve
}): Fetch {
  return async (url, { method, headers, body, signal, namedBy }) => {
    if (namedBy !== undefined) await checkName(ports.resolve, url, namedBy, signal)
    return await ports.fetch(url, {
      method,
      headers: { ...headers },
      signal,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    })
  }
}

/** This machine's. The editor may replace the global fetch later, so it is looked up at each use. */
export const systemFetch: Fetch = createSystemFetch({
  fetch: async (input, init) => await fetch(input, init),
  resolve: systemResolve,
})
