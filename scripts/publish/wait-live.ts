import type { Route } from '../../site/src/publish/route.ts'
import type { Served } from './served.ts'

/** What has to be served, and where. */
export type Expected = Pick<Route, 'path' | 'body' | 'contentType'>

export interface LiveReport {
  /** Paths whose served bytes are the built ones. */
  readonly live: readonly string[]
  /** The others, each with what is there instead. */
  readonly missing: readonly {
    readonly path: string
    readonly reason: string
  }[]
}

export interface Waiting {
  readonly look: (url: string) => Promise<Served>
  /** Between two looks; told what the last one missed. */
  readonly pause: (missing: LiveReport['missing']) => Promise<void>
  /** Whether there is time for another look. */
  readonly more: () => boolean
}

/**
 * Looks until every file is served as it was built, or time is up. A host that cannot be reached is looked
 * at again like one that serves old bytes: both end by themselves or are reported.
 */
export async function waitUntilLive(
  origin: string,
  expected: readonly Expected[],
  { look, pause, more }: Waiting,
): Promise<LiveReport> {
  for (;;) {
    const seen = await Promise.all(
      expected.map(async (file) => ({
        path: file.path,
        reason: await difference(file, async () => await look(`${origin}${file.path}`)),
      })),
    )
    const missing = seen.flatMap(({ path, reason }) =>
      reason === undefined ? [] : [{ path, reason }],
    )
    const live = seen.filter(({ reason }) => reason === undefined).map(({ path }) => path)
    if (missing.length === 0 || !more()) return { live, missing }
    await pause(missing)
  }
}

/** Undefined: served as built. */
async function difference(
  { body, contentType }: Expected,
  look: () => Promise<Served>,
): Promise<string | undefined> {
  const served = await look().catch(() => undefined)
  if (served === undefined) return 'cannot be reached'
  if (served.status !== 200) return `answers ${String(served.status)}`
  if (served.bytes !== body) return 'has other bytes'
  // Hosts without header settings know types by extension alone.
  const type = served.contentType?.split(';')[0]?.trim().toLowerCase()
  const json = contentType.endsWith('json')
  return type === contentType || (json && type === 'application/json')
    ? undefined
    : `has the type ${JSON.stringify(served.contentType ?? null)}`
}
