import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { Evaluation } from '../../site/src/client-metadata/evaluate.ts'
import { createCertificateAuthority, type CertificateAuthority } from './certificate-authority.ts'
import { closeServer, listen } from './listen.ts'

export const HOST = 'client.acme-software.dev'
export const URL_HERE = `https://${HOST}/oauth/client.json`
const DOCUMENT = {
  client_id: URL_HERE,
  client_name: 'Acme',
  client_uri: `https://${HOST}/`,
  logo_uri: `https://${HOST}/logo.png`,
  policy_uri: `https://${HOST}/privacy`,
  tos_uri: `https://${HOST}/terms`,
  application_type: 'native',
  redirect_uris: [
    'http://127.0.0.1/callback',
    'http://127.0.0.1:28630/callback',
    `https://${HOST}/callback`,
  ],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}
/** What a good host sends. */
export const GOOD_HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'public, max-age=600',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '*',
}

/** Answers everything with this, and the header fields of a good host. */
export const answer =
  (body: string | Uint8Array, headers: object = {}, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { ...GOOD_HEADERS, ...headers }).end(body)

/** A good document with other members. */
export const json = (members: object = {}) => JSON.stringify({ ...DOCUMENT, ...members })

/** Ids of what makes a document bad. */
export const errors = ({ findings }: Evaluation) =>
  findings.filter(({ severity }) => severity === 'error').map(({ id }) => id)

export interface LintHost {
  readonly port: number
  readonly requests: () => number
}

export interface LintHosts {
  readonly authority: CertificateAuthority
  /** A host with a certificate of the authority, or with its own. */
  readonly start: (
    handler: RequestListener,
    certificate?: { readonly certPem: string; readonly keyPem: string },
  ) => Promise<LintHost>
  readonly close: () => Promise<void>
}

/** Hosts on loopback, and whoever vouches for their certificates. */
export async function createLintHosts(): Promise<LintHosts> {
  const authority = await createCertificateAuthority()
  const open: (() => Promise<void>)[] = []
  async function startHost(
    handler: RequestListener,
    certificate?: { readonly certPem: string; readonly keyPem: string },
  ): Promise<LintHost> {
    const tls = certificate ?? (await authority.issue([HOST, 'localhost', '127.0.0.1']))
    let requests = 0
    const server = createServer({ cert: tls.certPem, key: tls.keyPem }, (request, response) => {
      requests += 1
      handler(request, response)
    })
    const port = await listen(server, '127.0.0.1')
    open.push(async () => await closeServer(server))
    return { port, requests: () => requests }
  }

  return {
    authority,
    start: startHost,
    close: async () => {
      for (const close of open.splice(0)) await close()
    },
  }
}
