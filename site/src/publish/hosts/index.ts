import { IMMUTABLE_CACHE, PREFIX_CACHE, type HeaderBlock } from '../headers.ts'
import { caddyFile } from './caddy.ts'
import { headersFile } from './headers-file.ts'
import { nginxFile } from './nginx.ts'
import { vercelFile } from './vercel.ts'

export interface HostFile {
  readonly name: string
  readonly text: string
}

/** Files that a host reads from the published folder itself. GitHub Pages takes no header fields. */
export function deployedHostFiles(blocks: readonly HeaderBlock[]): readonly HostFile[] {
  const kept = forgivingPrefixes(blocks)
  return [
    { name: '_headers', text: headersFile(kept) },
    { name: 'vercel.json', text: vercelFile(kept) },
    // Without it GitHub Pages drops every path that begins with an underscore.
    { name: '.nojekyll', text: '' },
  ]
}

/**
 * The same fields for hosts that give a prefix's to missing files too (Cloudflare Pages, Vercel): a 404 that
 * somebody meets during a deployment must not stay for a year, so nothing below a prefix does.
 */
export function forgivingPrefixes(blocks: readonly HeaderBlock[]): readonly HeaderBlock[] {
  return blocks.map(({ path, headers }) => ({
    path,
    headers: headers.map(
      ([name, value]) =>
        [name, path.endsWith('/*') && value === IMMUTABLE_CACHE ? PREFIX_CACHE : value] as const,
    ),
  }))
}

/** Files for a server of one's own; they stay outside the published folder. */
export function serverHostFiles(blocks: readonly HeaderBlock[]): readonly HostFile[] {
  return [
    { name: 'nginx.conf', text: nginxFile(blocks) },
    { name: 'Caddyfile', text: caddyFile(blocks) },
  ]
}
