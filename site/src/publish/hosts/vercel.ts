import type { HeaderBlock } from '../headers.ts'

/**
 * `vercel.json`. Without `cleanUrls` Vercel answers 404 for `/callback`, whose file is `callback.html`;
 * without `trailingSlash: false` the same page would have two addresses.
 */
export function vercelFile(blocks: readonly HeaderBlock[]): string {
  const value = {
    cleanUrls: true,
    trailingSlash: false,
    headers: blocks.map(({ path, headers }) => ({
      source: path.replace('*', '(.*)'),
      headers: headers.map(([key, text]) => ({ key, value: text })),
    })),
  }
  return `${JSON.stringify(value, undefined, 2)}\n`
}
