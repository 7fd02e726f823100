import { createHash } from 'node:crypto'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect } from 'node:net'
import type { Network } from '../../../site/src/check/system-network.ts'
import type { CertificateAuthority, IssuedCertificate } from '../certificate-authority.ts'
import { closeServer, listen } from '../listen.ts'
import { FIRST_ADDRESS, HOST, OTHER_HOST, type Identity } from './identity.ts'

/** One request, as a host sees it. */
export interface Ask {
  readonly path: string
  readonly host: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Which of the host's addresses was asked. */
  readonly address: string
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
  /** By the world's clock; nobody waits, but in a slow world. */
  readonly delayMs?: number
}

export interface WorldOptions {
  /** Delays are real, for programs that look at a clock of their own. */
  readonly slow?: boolean
}

/** What a case changes of a healthy host. */
export interface Circumstances {
  /** What DNS says. Default: one public address. */
  readonly addresses?: readonly string[]
  /** Addresses at which nobody listens. */
  readonly closed?: readonly string[]
  readonly certificate?: Certificate
  /** `hang`: the request is taken and never answered. */
  readonly answer?: (ask: Ask, healthy: Answer, identity: Identity) => Answer | 'hang'
  /** When the newest version was published. Default: a week ago. */
  readonly publishedMinutesAgo?: number
}

/** Who issued it for whom, or a trusted one by its days of life and those that are left. */
export type Certificate =
  'wrong-host' | 'stranger' | 'no-tls' | { readonly days: number; readonly left: number }

/** A host on this machine, and the network on which it is found. */
export interface World {
  readonly network: Network
  readonly ca: readonly string[]
  /** Of 127.0.0.1, where the first address leads; 1 where there is none. */
  readonly firstPort: number
  /** A deadline for one request; a hanging request ends all that are open. */
  readonly deadline: () => AbortSignal
  readonly close: () => Promise<void>
}

const DAY_MS = 86_400_000
const HEALTHY_CERTIFICATE = { days: 90, left: 60 }

export async function startWorld(
  identity: Identity,
  circumstances: Circumstances,
  authorities: { readonly trusted: CertificateAuthority; readonly stranger: CertificateAuthority },
  { slow = false }: WorldOptions = {},
): Promise<World> {
  const { addresses = [FIRST_ADDRESS], closed = [] } = circumstances
  const certificate = circumstances.certificate ?? HEALTHY_CERTIFICATE
  const open = new Set<AbortController>()
  const clock = { ms: 0 }
  const servers = new Map<string, { readonly server: Server; readonly port: number }>()
  for (const address of addresses) {
    const server = await serverFor(certificate, authorities)
    server.on('request', (request, response) => {
      const ask: Ask = {
        path: request.url ?? '/',
        host: (request.headers.host ?? '').replace(/:\d+$/, ''),
        headers: request.headers as Ask['headers'],
        address,
      }
      const healthy = identity.answer(ask)
      const answer = circumstances.answer?.(ask, healthy, identity) ?? healthy
      if (answer === 'hang') {
        for (const controller of open) controller.abort()
        open.clear()
        return
      }
      const { delayMs = 0 } = answer
      const send = () => response.writeHead(answer.status, answer.headers).end(answer.body)
      clock.ms += delayMs
      if (slow && delayMs > 0) setTimeout(send, delayMs)
      else send()
    })
    const port = await listen(server, '127.0.0.1')
    if (closed.includes(address)) await closeServer(server)
    servers.set(address, { server, port })
  }
  return {
    network: {
      resolve: async () => addresses,
      connect: (address) => connect({ host: '127.0.0.1', port: servers.get(address)?.port ?? 1 }),
      now: () => clock.ms,
    },
    ca: [authorities.trusted.caPem],
    firstPort: servers.get(addresses[0] ?? '')?.port ?? 1,
    deadline: () => {
      const controller = new AbortController()
      open.add(controller)
      return controller.signal
    },
    close: async () => {
      for (const [address, { server }] of servers)
        if (!closed.includes(address)) await closeServer(server)
    },
  }
}

async function serverFor(
  certificate: Certificate,
  { trusted, stranger }: { trusted: CertificateAuthority; stranger: CertificateAuthority },
): Promise<Server> {
  if (certificate === 'no-tls') return createHttpServer()
  const { certPem, keyPem } = await issue(certificate, trusted, stranger)
  return createTlsServer({ cert: certPem, key: keyPem })
}

async function issue(
  certificate: Exclude<Certificate, 'no-tls'>,
  trusted: CertificateAuthority,
  stranger: CertificateAuthority,
): Promise<IssuedCertificate> {
  if (certificate === 'stranger') return await stranger.issue([HOST, OTHER_HOST])
  if (certificate === 'wrong-host') return await trusted.issue(['elsewhere.acme-software.dev'])
  const { days, left } = certificate
  return await trusted.issue([HOST, OTHER_HOST], {
    notBeforeDate: new Date(Date.now() - (days - left) * DAY_MS),
    notAfterDate: new Date(Date.now() + left * DAY_MS),
  })
}

/** An answer's ETag, as hosts make them. */
export function etagOf(body: Uint8Array | string): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`
}
