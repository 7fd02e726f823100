import { readDocumentText } from '../client-metadata/document-text.ts'
import { evaluate, type Evaluation } from '../client-metadata/evaluate.ts'
import { applyRules, findingOf, type Finding } from '../client-metadata/finding.ts'
import { MAX_DOCUMENT_BYTES, MAX_JWKS_BYTES } from '../client-metadata/limits.ts'
import { textMember } from '../client-metadata/members.ts'
import type { ProfileId } from '../client-metadata/profiles.ts'
import { FETCH_RULES } from '../client-metadata/rules/fetch-rules.ts'
import { KEY_SET_UNREADABLE } from '../client-metadata/rules/key-rules.ts'
import { URL_RULES } from '../client-metadata/rules/url-rules.ts'
import { fetchDocument, type FetchOptions } from './fetch-document.ts'

export interface LintOptions extends Omit<FetchOptions, 'maxBytes' | 'deadline'> {
  readonly profiles: readonly ProfileId[]
  /** A deadline for one request. */
  readonly deadline: () => AbortSignal
}

/** Evaluates what is served at a URL, and the key set it points to. A URL no server would ask is not asked. */
export async function lintUrl(url: string, options: LintOptions): Promise<Evaluation> {
  const { profiles, allowLoopback } = options
  const base = { clientId: url, profiles, allowLoopback }
  const refused = applyRules(URL_RULES, url).some(
    ({ severity, step }) => severity === 'error' && step === 1,
  )
  if (refused) {
    const nothing = { body: undefined, response: undefined, fetchFindings: [], keySet: undefined }
    return evaluate({ ...base, ...nothing })
  }
  const fetched = await fetchDocument(url, {
    ...options,
    maxBytes: MAX_DOCUMENT_BYTES,
    deadline: options.deadline(),
  })
  const { body, response, findings } = fetched
  const keys = body === undefined ? NO_KEYS : await fetchKeys(body, options)
  const fetchFindings = [...findings, ...keys.findings]
  return evaluate({ ...base, body, response, fetchFindings, keySet: keys.keySet })
}

/** Evaluates a file's bytes as if they were served at `url`, or at the client_id they name. */
export function lintBytes(
  body: Uint8Array | undefined,
  url: string | undefined,
  profiles: readonly ProfileId[],
): Evaluation {
  const missing = findingOf(FETCH_RULES['file-unreadable'], 'file')
  const fetchFindings = body === undefined ? [missing] : []
  const rest = { response: undefined, keySet: undefined, allowLoopback: false }
  return evaluate({ ...rest, clientId: url, body, fetchFindings, profiles })
}

interface Keys {
  readonly keySet: { readonly value: unknown } | undefined
  readonly findings: readonly Finding[]
}

const NO_KEYS: Keys = { keySet: undefined, findings: [] }

async function fetchKeys(body: Uint8Array, options: LintOptions): Promise<Keys> {
  const { document } = readDocumentText(body.subarray(0, MAX_DOCUMENT_BYTES))
  const url = document === undefined ? undefined : textMember(document, 'jwks_uri')
  // Another finding says what is wrong with such an address.
  if (url === undefined || URL.parse(url)?.protocol !== 'https:') return NO_KEYS
  const fetched = await fetchDocument(url, {
    ...options,
    maxBytes: MAX_JWKS_BYTES,
    deadline: options.deadline(),
  })
  const { response, body: keyBytes } = fetched
  const complete = response?.status === 200 && (keyBytes?.length ?? 0) <= MAX_JWKS_BYTES
  const json = complete && keyBytes !== undefined ? readDocumentText(keyBytes).json : undefined
  return json === undefined
    ? { keySet: undefined, findings: [findingOf(KEY_SET_UNREADABLE, 'jwks_uri')] }
    : { keySet: json, findings: [] }
}
