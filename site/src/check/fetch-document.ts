import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { certificateFacts, type CertificateFacts } from './certificate.ts'
import { findingOf, type Finding } from '../client-metadata/finding.ts'
import { isLoopbackHost, isPublicAddress } from '../client-metadata/public-host.ts'
import {
  FETCH_RULES,
  type FetchProblem,
  type ResponseFacts,
} from '../client-metadata/rules/fetch-rules.ts'
import type { Network } from './system-network.ts'

export interface FetchOptions {
  readonly network: Network
  /** Certificates to trust, PEM; undefined: those this process trusts. */
  readonly ca: readonly string[] | undefined
  /** Made of the same certificates, for who asks often: making one costs more memory than a connection. */
  readonly secureContext?: SecureContext
  /** As a server on the same machine would: loopback addresses are allowed, and nothing else is. */
  readonly allowLoopback: boolean
  /** Reading stops one byte beyond. */
  readonly maxBytes: number
  /** Ends the fetch, which then has taken too long: FETCH_TIMEOUT_MS, by a clock or a test. */
  readonly deadline: AbortSignal
  /** Request header fields instead of those of a careful server; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** One of `checkedAddresses` to ask; otherwise the first. */
  readonly address?: string
}

/** An answer, or why there is none. Never both empty, never an exception for what a host did. */
export interface FetchedDocument {
  readonly response: ResponseFacts | undefined
  /** As sent, at most one byte more than the limit. Undefined beside an answer: whoever asked did not get it whole. */
  readonly body: Uint8Array | undefined
  readonly findings: readonly Finding[]
  /** Of the connection the answer came over. */
  readonly certificate: CertificateFacts | undefined
}

/** What a server sends that asks for a document. */
const SERVER_HEADERS = { accept: 'application/json', 'accept-encoding': 'identity' }

/** Ends a fetch with what a finding says; inside this file only. */
class Stopped extends Error {
  readonly problem: FetchProblem

  constructor(problem: FetchProblem, options?: ErrorOptions) {
    super(problem, options)
    this.problem = problem
  }
}

/**
 * Fetches one URL the way a careful authorization server does: the host is resolved once, every address is
 * checked, the connection goes to a checked address and nowhere else, no redirect is followed, nothing is
 * decompressed, and time and bytes are limited. What goes wrong becomes a finding.
 */
export async function fetchDocument(url: string, options: FetchOptions): Promise<FetchedDocument> {
  const started = options.network.now()
  const { deadline: signal } = options
  try {
    const target = new URL(url)
    const address = options.address ?? (await resolveChecked(target, options, signal))[0]
    const { message, certificate } = await send(target, address, options, signal)
    const body = await readAtMost(message, options.maxBytes, signal)
    const elapsedMs = options.network.now() - started
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
    )
    const response = { status: message.statusCode ?? 0, headers, elapsedMs }
    return { response, body, findings: [], certificate }
  } catch (error) {
    const findings = [problemFinding(url, error, signal)]
    return { response: undefined, body: undefined, findings, certificate: undefined }
  }
}

/** Every address of a URL's host, or why it must not be asked. */
export async function checkedAddresses(
  url: string,
  options: Pick<FetchOptions, 'network' | 'allowLoopback' | 'deadline'>,
): Promise<{ readonly addresses: readonly string[]; readonly findings: readonly Finding[] }> {
  try {
    return {
      addresses: await resolveChecked(new URL(url), options, options.deadline),
      findings: [],
    }
  } catch (error) {
    return { addresses: [], findings: [problemFinding(url, error, options.deadline)] }
  }
}

function problemFinding(url: string, error: unknown, signal: AbortSignal): Finding {
  const problem = signal.aborted ? 'fetch-timeout' : problemOf(error)
  return findingOf(FETCH_RULES[problem], new URL(url).host)
}

/** The addresses of the host, at least one; all of them have to be public. */
async function resolveChecked(
  { hostname }: URL,
  { network, allowLoopback }: Pick<FetchOptions, 'network' | 'allowLoopback'>,
  signal: AbortSignal,
): Promise<readonly [string, ...string[]]> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  const addresses = await unlessAborted(network.resolve(literal), signal).catch(
    (cause: unknown) => {
      throw new Stopped('fetch-host-unknown', { cause })
    },
  )
  const [first, ...others] = addresses
  if (first === undefined) throw new Stopped('fetch-host-unknown')
  const allowed = (address: string) =>
    isPublicAddress(address) || (allowLoopback && isLoopbackHost(address))
  if (!addresses.every(allowed)) throw new Stopped('fetch-private-address')
  return [first, ...others]
}

/** Sends the request over a connection to the checked address; the name is only for TLS and Host. */
async function send(
  target: URL,
  address: string,
  { network, ca, secureContext = secureContextOf(ca), headers = SERVER_HEADERS }: FetchOptions,
  signal: AbortSignal,
): Promise<{ readonly message: IncomingMessage; readonly certificate: CertificateFacts }> {
  const port = target.port === '' ? 443 : Number(target.port)
  const socket = network.connect(address, port)
  const secure: TLSSocket = connectTls({
    socket,
    ...(/^[\d.]+$|:/.test(target.hostname) ? {} : { servername: target.hostname }),
    host: target.hostname.replace(/^\[|\]$/g, ''),
    secureContext,
  })
  return await new Promise((resolve, reject) => {
    const stop = (error: unknown) => {
      socket.destroy()
      reject(error instanceof Error ? error : new Stopped('fetch-unreachable'))
    }
    socket.once('error', stop)
    secure.once('error', stop)
    signal.addEventListener('abort', () => stop(signal.reason), { once: true })
    const sent = request(target, {
      // Instead of an agent: one would resolve the name again and connect to what it finds.
      createConnection: () => secure,
      signal,
      headers: { ...headers, connection: 'close' },
    })
    sent.once('error', stop)
    // Read now: the certificate is gone when the connection is.
    sent.once('response', (message) =>
      resolve({ message, certificate: certificateFacts(secure.getPeerCertificate()) }),
    )
    sent.end()
  })
}

/** Undefined: the certificates that this process trusts. */
export function secureContextOf(ca: readonly string[] | undefined): SecureContext {
  return createSecureContext(ca === undefined ? {} : { ca: [...ca] })
}

/** Up to one byte beyond the limit, then the connection is dropped. */
async function readAtMost(
  message: IncomingMessage,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size > limitBytes || signal.aborted) break
    }
  } finally {
    message.destroy()
  }
  signal.throwIfAborted()
  return new Uint8Array(Buffer.concat(chunks).subarray(0, limitBytes + 1))
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Stopped('fetch-timeout')), { once: true })
  })
  return await Promise.race([work, aborted])
}

/** Codes of Node.js and OpenSSL, by what a person can do about them. */
const PROBLEMS: readonly (readonly [RegExp, FetchProblem])[] = [
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, 'fetch-tls-expired'],
  [/ALTNAME_INVALID/, 'fetch-tls-wrong-host'],
  [/SELF_SIGNED|UNABLE_TO_|CERT_|DEPTH_ZERO/, 'fetch-tls-untrusted'],
  [/^ERR_SSL|EPROTO|ERR_TLS/, 'fetch-tls-failed'],
  [/^HPE_/, 'fetch-bad-answer'],
]

function problemOf(error: unknown): FetchProblem {
  if (error instanceof Stopped) return error.problem
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return problemOfCode(code) ?? 'fetch-unreachable'
}

/** What a code of Node.js or OpenSSL says; undefined: nothing that is known here. */
export function problemOfCode(code: string): FetchProblem | undefined {
  return PROBLEMS.find(([pattern]) => pattern.test(code))?.[1]
}
