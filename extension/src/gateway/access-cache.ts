import type { Access, Clock, GetAccess } from '@signet/core'
import { RENEWAL_LEEWAY_MS } from './limits.ts'

export interface AccessCache {
  readonly get: GetAccess
  /** What is stored has changed in a way that matters: more scopes, or no session any more. */
  readonly forget: (sessionId: string) => void
}

/**
 * Keeps the last access token of each session in memory, because the editor's secret storage is another
 * process and takes longer than the rest of a request. A token is handed out until shortly before it
 * expires; then, and when a server has refused it, the core is asked, which joins all who ask.
 * The function throws the codes of `createAccess`.
 */
export function createAccessCache(access: GetAccess, clock: Pick<Clock, 'now'>): AccessCache {
  const kept = new Map<string, { readonly access: Access; readonly until: number }>()
  return {
    get: async (request) => {
      const entry = kept.get(request.sessionId)
      if (
        entry !== undefined &&
        entry.access.accessToken !== request.rejectedToken &&
        clock.now() < entry.until
      ) {
        return entry.access
      }
      const fresh = await access(request)
      kept.set(request.sessionId, { access: fresh, until: usableUntil(fresh, clock.now()) })
      return fresh
    },
    forget: (sessionId) => void kept.delete(sessionId),
  }
}

function usableUntil({ expiresAt }: Access, now: number): number {
  if (expiresAt === undefined) return Infinity
  return expiresAt - Math.min(RENEWAL_LEEWAY_MS, (expiresAt - now) / 2)
}
