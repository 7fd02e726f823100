import type { HeaderBlock } from '../headers.ts'
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
  return [
    { name: '_headers', text: headersFile(blocks) },
    { name: 'vercel.json', text: vercelFile(blocks) },
    // Without it GitHub Pages drops every path that begins with an underscore.
    { name: '.nojekyll', text: '' },
  ]
}

/** Files for a server of one's own; they stay outside the published folder. */
export function serverHostFiles(blocks: readonly HeaderBlock[]): readonly HostFile[] {
  return [
    { name: 'nginx.conf', text: nginxFile(blocks) },
    { name: 'Caddyfile', text: caddyFile(blocks) },
  ]
}
