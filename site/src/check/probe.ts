import type { Finding } from '../client-metadata/finding.ts'
import { FETCH_TIMEOUT_MS, MAX_DOCUMENT_BYTES, MAX_JWKS_BYTES } from '../client-metadata/limits.ts'
import {
  checkedAddresses,
  fetchDocument,
  type FetchedDocument,
  type FetchOptions,
} from './fetch-document.ts'
import { MAX_ADDRESSES, MAX_FILE_BYTES, MAX_LOGO_BYTES, MAX_PAGE_BYTES } from './limits.ts'
import type { Target, TargetKind } from './targets.ts'

/** One answer, and how it was asked for. */
export interface Probe extends FetchedDocument {
  readonly variant: Variant
  readonly address: string
}

/** `server` is what an authorization server sends; the others ask the same in other clients' ways. */
export type Variant = 'server' | 'anything' | 'bare' | 'conditional'

/** What one target answered. */
export interface Probes {
  /** Why nothing could be asked. */
  readonly findings: readonly Finding[]
  readonly answers: readonly Probe[]
}

export interface ProbeOptions extends Pick<
  FetchOptions,
  'network' | 'ca' | 'secureContext' | 'allowLoopback'
> {
  /** A deadline for one request; it also ends with the run. */
  readonly deadline: () => AbortSignal
}

/** Other clients that read documents: a program that takes anything, and one that says nothing at all. */
const OTHER_CLIENTS: readonly (readonly [Variant, Readonly<Record<string, string>>])[] = [
  [
    'anything',
    { accept: '*/*', 'user-agent': 'python-httpx/0.28.1', 'accept-encoding': 'identity' },
  ],
  ['bare', { 'accept-encoding': 'identity' }],
]

const MAX_BYTES: Readonly<Record<TargetKind, number>> = {
  document: MAX_DOCUMENT_BYTES,
  copy: MAX_DOCUMENT_BYTES,
  keys: MAX_JWKS_BYTES,
  file: MAX_FILE_BYTES,
  callback: MAX_PAGE_BYTES,
  page: MAX_PAGE_BYTES,
  logo: MAX_LOGO_BYTES,
}

/**
 * Asks a target in every way that matters for its kind: each address of the host, and for what authorization
 * servers read, as other clients and with the ETag it gave. Requests go one after another.
 */
export async function probe(target: Target, options: ProbeOptions): Promise<Probes> {
  const { addresses, findings } = await checkedAddresses(target.url, {
    ...options,
    deadline: options.deadline(),
  })
  const [first] = addresses
  if (first === undefined) return { findings, answers: [] }
  const ask = async (
    variant: Variant,
    address: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Probe> => ({
    ...(await fetchDocument(target.url, {
      ...options,
      deadline: options.deadline(),
      maxBytes: MAX_BYTES[target.kind],
      address,
      ...(headers && { headers }),
    })),
    variant,
    address,
  })
  const answers = [await ask('server', first)]
  const etag = answers[0]?.response?.headers.etag
  if (target.kind !== 'document' && target.kind !== 'keys') return { findings, answers }
  for (const address of addresses.slice(1, MAX_ADDRESSES))
    answers.push(await ask('server', address))
  // Where the first way fails, the others only take time.
  if (answers[0]?.response?.status !== 200) return { findings, answers }
  for (const [variant, headers] of OTHER_CLIENTS) answers.push(await ask(variant, first, headers))
  if (etag !== undefined)
    answers.push(await ask('conditional', first, { ...CONDITIONAL, 'if-none-match': etag }))
  return { findings, answers }
}

const CONDITIONAL = { accept: 'application/json', 'accept-encoding': 'identity' }

/** For `ProbeOptions.deadline`: no request outlives a server's patience, nor the run. */
export function deadlines(run: AbortSignal): () => AbortSignal {
  return () => AbortSignal.any([run, AbortSignal.timeout(FETCH_TIMEOUT_MS)])
}
