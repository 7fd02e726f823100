import type { HeaderBlock } from '../headers.ts'

const ABOUT = [
  '# Generated from site/src/publish/routes.ts.',
  '# Cloudflare Pages gives the fields of a prefix to its missing files too, so no prefix is kept for long.',
  '',
].join('\n')

/** The `_headers` file that Netlify and Cloudflare Pages read. */
export function headersFile(blocks: readonly HeaderBlock[]): string {
  const rules = blocks
    .map(({ path, headers }) =>
      [path, ...headers.map(([name, value]) => `  ${name}: ${value}`)].join('\n'),
    )
    .join('\n\n')
  return `${ABOUT}${rules}\n`
}
