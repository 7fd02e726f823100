import { isIndexed, type BuildTarget } from './environment.ts'
import type { Route } from './route.ts'

/** Header fields for one path, or for all below a prefix that ends in `/*`. */
export interface HeaderBlock {
  readonly path: string
  readonly headers: readonly Field[]
}

export type Field = readonly [name: string, value: string]

/**
 * Pages load nothing but their own style, script and images; nothing may frame them. Nothing here asks for
 * more later on, either; `connect-src` is for auditors that read robots.txt from within a page.
 */
export const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * The same as a page says it itself, for hosts that send no header fields. `frame-ancestors` works in headers
 * only, and browsers warn about it elsewhere. `answer`: a page that carries a redirect's answer talks to nobody.
 */
export function metaCsp(answer: boolean): string {
  const policy = PAGE_CSP.replace("; frame-ancestors 'none'", '')
  return answer ? policy.replace(" connect-src 'self';", '') : policy
}

/** Pages are asked for again each time: what Cloudflare Pages, Netlify and Vercel send by themselves. */
export const PAGE_CACHE = 'public, max-age=0, must-revalidate'

/** Files whose name changes with their content. */
export const IMMUTABLE_CACHE = 'public, max-age=31536000, immutable'

/** The same where a host cannot tell a missing file from a present one: a mistake is gone within ten minutes. */
export const PREFIX_CACHE = 'public, max-age=600'

/** A day: servers keep the logo beside the document, and it must not look broken when it changes. */
const LOGO_CACHE = 'public, max-age=86400'

const NOINDEX: Field = ['X-Robots-Tag', 'noindex']

/**
 * What a host has to send, host-neutral. No field is set by two blocks that match one path: Cloudflare
 * Pages and Netlify would join the values. The callback page's query holds a code: it is never stored.
 */
export function headerBlocks(
  routes: readonly Route[],
  target: BuildTarget,
): readonly HeaderBlock[] {
  const indexed = isIndexed(target)
  const shared = new Map(routes.map((route) => [route.headerPath, route]))
  return [
    {
      path: '/*',
      headers: [
        ['X-Content-Type-Options', 'nosniff'],
        ['Referrer-Policy', 'no-referrer'],
        ['Content-Security-Policy', PAGE_CSP],
        ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains'],
        ...(indexed ? [] : [NOINDEX]),
      ],
    },
    {
      path: '/callback',
      headers: [['Cache-Control', 'no-store'], ...(indexed ? [NOINDEX] : [])],
    },
    { path: '/logo.png', headers: [['Cache-Control', LOGO_CACHE]] },
    { path: '/_astro/*', headers: [['Cache-Control', IMMUTABLE_CACHE]] },
    ...[...shared].map(([path, { contentType, cacheControl }]) => ({
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

/** The fields a path gets, by lower-case name. */
export function headersFor(
  blocks: readonly HeaderBlock[],
  path: string,
): ReadonlyMap<string, string> {
  const fields = blocks
    .filter((block) => matches(block.path, path))
    .flatMap(({ headers }) => headers.map(([name, value]) => [name.toLowerCase(), value] as const))
  return new Map(fields)
}

/** Whether a block's path covers a requested one. */
export function matches(pattern: string, path: string): boolean {
  return pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path
}
