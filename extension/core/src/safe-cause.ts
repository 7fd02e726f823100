/**
 * A copy of an error that is safe to keep as `cause`. oauth4webapi attaches whole bodies and parameter
 * sets to its errors, and those hold tokens and codes; here only class, code and the library's own fixed
 * sentence remain. Network errors carry no such thing and are kept as they are.
 */
export function safeCause(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('OAUTH_'))
    return error
  const copy = new Error(`${String(error.code)}: ${error.message}`)
  copy.name = error.name
  return copy
}
