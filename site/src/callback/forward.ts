import { resolveBounceTarget } from '../client-metadata/bounce-state.ts'

/** What the callback page does with a query: forward to a listed editor, or explain. */
export type Forward =
  | {
      readonly kind: 'forward'
      readonly address: string
      readonly editor: string
      readonly failed: boolean
    }
  | { readonly kind: 'problem'; readonly reason: 'nothing-here' | 'malformed' | 'unknown-editor' }

/** The parameters of an authorization response (RFC 6749 section 4.1.2, RFC 9207 section 2). */
const PARAMETERS = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']
const MAX_VALUE_CHARS = 4096

/**
 * Decides from the page's query alone. The address comes from the build-time table that `state` points
 * into; of the query only known parameters go along, each at most once, packed into one base64url value
 * because editors decode URIs lossily. Pure: no DOM, no network.
 */
export function forward(search: string): Forward {
  const query = new URLSearchParams(search)
  const state = query.get('state')
  if (state === null) return { kind: 'problem', reason: 'nothing-here' }
  const response = new URLSearchParams()
  for (const name of PARAMETERS) {
    const values = query.getAll(name)
    const [value] = values
    if (values.length > 1 || (value?.length ?? 0) > MAX_VALUE_CHARS)
      return { kind: 'problem', reason: 'malformed' }
    if (value !== undefined) response.set(name, value)
  }
  if (!response.has('code') && !response.has('error'))
    return { kind: 'problem', reason: 'malformed' }
  const target = resolveBounceTarget(state)
  if (target === undefined) return { kind: 'problem', reason: 'unknown-editor' }
  const separator = target.includes('?') ? '&' : '?'
  return {
    kind: 'forward',
    address: `${target}${separator}response=${base64url(response.toString())}`,
    editor: target.slice(0, target.indexOf(':')),
    failed: response.has('error'),
  }
}

/** ASCII only: form encoding leaves nothing else. */
function base64url(ascii: string): string {
  return btoa(ascii).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
