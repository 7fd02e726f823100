import { createServer } from 'node:https'
import sirv from 'sirv'
import type { IssuedCertificate } from './certificate-authority.ts'
import { closeServer, listen } from './listen.ts'

/** One answer to give instead of the file; counts as a request like any other. */
export interface Override {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface MetadataSite {
  readonly port: number
  /** How often a path was asked for. */
  readonly requests: (path: string) => number
  /** Undefined puts the file back. */
  readonly override: (path: string, answer: Override | undefined) => void
  readonly close: () => Promise<void>
}

/** Serves a built site over TLS on 127.0.0.1, as any static host would. */
export async function startMetadataSite(
  directory: string,
  tls: IssuedCertificate,
): Promise<MetadataSite> {
  const files = sirv(directory, {
    etag: true,
    dotfiles: true,
    extensions: ['html'],
    // As published: servers that are told to ask again each time also limit how often they do.
    setHeaders: (response, path) => {
      if (path.startsWith('/oauth/')) response.setHeader('cache-control', 'public, max-age=600')
    },
  })
  const counts = new Map<string, number>()
  const overrides = new Map<string, Override>()
  const server = createServer({ cert: tls.certPem, key: tls.keyPem }, (request, response) => {
    const path = new URL(request.url ?? '/', 'https://site.invalid').pathname
    counts.set(path, (counts.get(path) ?? 0) + 1)
    const override = overrides.get(path)
    if (override !== undefined) {
      response.writeHead(override.status, override.headers).end(override.body)
      return
    }
    files(
      request,
      response,
      () => void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found'),
    )
  })
  const port = await listen(server, '127.0.0.1')
  return {
    port,
    requests: (path) => counts.get(path) ?? 0,
    override: (path, answer) => {
      if (answer === undefined) overrides.delete(path)
      else overrides.set(path, answer)
    },
    close: async () => await closeServer(server),
  }
}
