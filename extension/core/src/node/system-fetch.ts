import type { Fetch } from '../ports.ts'

/**
 * The global fetch as a port: no redirects, no cookies, no cache. Inside VS Code's extension host this is
 * the editor's fetch, which honours its proxy and certificate settings.
 */
export const systemFetch: Fetch = async (url, { method, headers, body, signal }) =>
  await fetch(url, {
    method,
    headers: { ...headers },
    signal,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  })
