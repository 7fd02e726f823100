import type { AuthorizedFetch, AuthorizedRequest } from '@signet/core'

/**
 * The official MCP client's `fetch` with this project's authorization in it. `make` gets the plain sender;
 * redirects are not followed, so that no token travels along one.
 */
export function mcpFetch(
  make: (send: (request: AuthorizedRequest) => Promise<Response>) => AuthorizedFetch,
) {
  const never = new AbortController().signal
  const authorized = make(
    async ({ url, method, headers, body, signal }) =>
      await fetch(url, {
        method,
        headers: { ...headers },
        signal,
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
      }),
  )
  return async (url: string | URL, init?: RequestInit): Promise<Response> =>
    await authorized({
      url: String(url),
      method: init?.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init?.headers).entries()),
      body: bodyText(init?.body),
      signal: init?.signal ?? never,
    })
}

function bodyText(body: RequestInit['body']): string | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string') return body
  throw new TypeError('an MCP message is a string')
}
