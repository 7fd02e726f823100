import { glob, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'
import { headerBlocks, headersFor } from '../../site/src/publish/headers.ts'
import { routes } from '../../site/src/publish/routes.ts'
import { BUNDLED_SITE } from '../e2e/artefacts.ts'
import { closeServer, listen } from '../servers/listen.ts'

const TARGET = { environment: 'production', preview: false } as const

/** One built page. */
export interface BuiltPage {
  /** As it is asked for: `/`, `/versions/<id>`, `/404`. */
  readonly path: string
  readonly html: string
}

/** Every page of the last build, by path. Throws when there is none. */
export async function builtPages(): Promise<readonly BuiltPage[]> {
  const pages: BuiltPage[] = []
  for await (const name of glob('**/*.html', { cwd: BUNDLED_SITE })) {
    const path = name === 'index.html' ? '/' : `/${name.replace(/\.html$/, '')}`
    pages.push({ path, html: await readFile(join(BUNDLED_SITE, name), 'utf8') })
  }
  if (pages.length === 0) throw new Error('there is no build; run npm run build first')
  return pages.sort((left, right) => (left.path < right.path ? -1 : 1))
}

export interface ServedSite {
  readonly origin: string
  readonly close: () => Promise<void>
}

/** A build, the last one by default, on loopback, with the header fields a host has to send. */
export async function serveBuiltSite(folder = BUNDLED_SITE): Promise<ServedSite> {
  const blocks = headerBlocks(routes(TARGET), TARGET)
  const files = sirv(folder, { extensions: ['html'], dotfiles: true })
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site.invalid')
    for (const [name, value] of headersFor(blocks, pathname)) response.setHeader(name, value)
    files(request, response, () => void response.writeHead(404).end())
  })
  const port = await listen(server, '127.0.0.1')
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    close: async () => await closeServer(server),
  }
}
