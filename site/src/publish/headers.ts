import type { Route } from './routes.ts'

/** Header fields for every path that matches; later blocks add to earlier ones. */
export interface HeaderBlock {
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** Pages load nothing but their own style, script and images; nothing may frame them. */
export const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** What a host has to send, host-neutral. The callback page's query holds a code: it is never stored. */
export function headerBlocks(routes: readonly Route[]): readonly HeaderBlock[] {
  return [
    {
      path: '/*',
      headers: [
        ['X-Content-Type-Options', 'nosniff'],
        ['Referrer-Policy', 'no-referrer'],
        ['Content-Security-Policy', PAGE_CSP],
        ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains'],
      ],
    },
    {
      path: '/callback',
      headers: [
        ['Cache-Control', 'no-store'],
        ['X-Robots-Tag', 'noindex'],
      ],
    },
    ...routes.map(({ path, contentType, cacheControl }) => ({
      path,
      headers: [
        ['Content-Type', contentType],
        ['Cache-Control', cacheControl],
        ['Access-Control-Allow-Origin', '*'],
        ['Cross-Origin-Resource-Policy', 'cross-origin'],
      ] as const,
    })),
  ]
}

/** The `_headers` file that Netlify and Cloudflare Pages read. */
export function renderHeadersFile(blocks: readonly HeaderBlock[]): string {
  return blocks
    .map(({ path, headers }) =>
      [path, ...headers.map(([name, value]) => `  ${name}: ${value}`)].join('\n'),
    )
    .join('\n\n')
    .concat('\n')
}
