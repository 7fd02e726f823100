import type { HeaderBlock } from '../headers.ts'

/** The `_headers` file that Netlify and Cloudflare Pages read. */
export function headersFile(blocks: readonly HeaderBlock[]): string {
  return blocks
    .map(({ path, headers }) =>
      [path, ...headers.map(([name, value]) => `  ${name}: ${value}`)].join('\n'),
    )
    .join('\n\n')
    .concat('\n')
}
