import { equal, ok } from 'node:assert/strict'
import { publishedJwks } from '../../site/src/client-metadata/jwks.ts'
import type { RegisteredKey } from '../../site/src/client-metadata/keys/registry.ts'
import { KEY_POLICY } from '../../site/src/client-metadata/keys/state.ts'

/**
 * A rotation on a simulated clock, in minutes. Servers hold key sets for 30 s to 24 h and do not look again
 * for an unknown kid, as many do not; the host's edge may serve a copy as old as max-age; machines that sign
 * take the new key up within 24 h, because secrets are rolled out late.
 */
const MINUTE_MS = 60_000
const T0 = Date.parse('2026-01-01T00:00:00Z')
const ROTATION = 10 * 24 * 60
const SERVER_CACHES = [0.5, 5, 10, 60, 360, 1440]
const SIGNER_DELAYS = [0, 60, 720, 1440]
const EDGE = KEY_POLICY.cacheSeconds / 60
/** Assertions live five minutes at most: they are verified within that. */
const IN_FLIGHT = 5
const STEP = 15
/** How far into its cache's life a server is when the simulation begins, as a share. */
const PHASES = [0, 0.25, 0.5, 0.75, 0.99]

interface Overlap {
  readonly pending: number
  readonly retiring: number
}

const iso = (minutes: number) => new Date(T0 + minutes * MINUTE_MS).toISOString()
const publicKey = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } as const

/** Both keys with the dates of a rotation at `ROTATION`. */
function registered({ pending, retiring }: Overlap): readonly RegisteredKey[] {
  const common = { alg: 'ES256', publicKey, generated: iso(0) } as const
  return [
    {
      ...common,
      kid: 'old',
      pending: iso(0),
      active: iso(1),
      retiring: iso(ROTATION),
      retired: iso(ROTATION + retiring),
    },
    { ...common, kid: 'new', pending: iso(ROTATION - pending), active: iso(ROTATION) },
  ]
}

/** What stood in the published set then, by the same code that publishes it. */
function publishedAt(keys: readonly RegisteredKey[], minute: number): ReadonlySet<string> {
  const until = (date: string | undefined) =>
    date !== undefined && Date.parse(date) <= T0 + minute * MINUTE_MS ? date : undefined
  const then = keys.map((key) => {
    const { pending, active, retiring, retired, ...rest } = key
    const dates = { pending, active, retiring, retired }
    const past = Object.entries(dates).filter(([, date]) => until(date) !== undefined)
    return { ...rest, ...Object.fromEntries(past) }
  })
  return new Set(publishedJwks(then).map(({ kid }) => kid))
}

/** Verifications and how many of them failed, over every server cache and every machine that signs. */
function simulate(overlap: Overlap): { readonly total: number; readonly failed: number } {
  const keys = registered(overlap)
  let [total, failed] = [0, 0]
  for (const [cache, phase] of SERVER_CACHES.flatMap((each) =>
    PHASES.map((p) => [each, p] as const),
  )) {
    // The worst edge: each fetch gets a copy as old as the edge may hold.
    const start = ROTATION - 4 * 1440
    let fetchedAt = start - cache * phase
    let known = publishedAt(keys, fetchedAt - EDGE)
    for (let now = start; now < ROTATION + 4 * 1440; now += STEP) {
      if (now - fetchedAt >= cache) {
        fetchedAt = now
        known = publishedAt(keys, now - EDGE)
      }
      // Removal may also be seen at once, by a server whose edge copy is fresh.
      const fresh = cache <= EDGE ? publishedAt(keys, now) : known
      for (const delay of SIGNER_DELAYS) {
        const kid = now - IN_FLIGHT >= ROTATION + delay ? 'new' : 'old'
        const kidAtOnce = now >= ROTATION + delay ? 'new' : 'old'
        for (const signed of [kid, kidAtOnce]) {
          total += 1
          if (!known.has(signed) || !fresh.has(signed)) failed += 1
        }
      }
    }
  }
  return { total, failed }
}

describe('A rotation on a simulated clock (issue E.5, B4.28)', function () {
  // A second or two on an idle machine, far more where many compute at once.
  this.timeout(120_000)

  const hours = (value: number) => value * 60
  const defaults: Overlap = {
    pending: KEY_POLICY.pendingSeconds / 60,
    retiring: KEY_POLICY.retiringSeconds / 60,
  }

  it('fails no verification with the default overlap', () => {
    const { total, failed } = simulate(defaults)
    ok(total > 50_000)
    equal(failed, 0)
  })

  it('fails more, the shorter the overlap is: the table that justifies the default', () => {
    const rows = [0, 0.25, 1, 6, 12, 24, 24.25, 48].map((value) => {
      const pending = simulate({ ...defaults, pending: hours(value) }).failed
      const retiring = simulate({ ...defaults, retiring: hours(value) }).failed
      return { value, pending, retiring }
    })
    console.log('      failed verifications of', simulate(defaults).total)
    console.log('      overlap (h)   published before use   kept after use')
    for (const { value, pending, retiring } of rows)
      console.log(
        `      ${String(value).padStart(11)}   ${String(pending).padStart(20)}   ${String(retiring).padStart(14)}`,
      )
    for (const column of ['pending', 'retiring'] as const) {
      const failures = rows.map((row) => row[column])
      ok((failures[0] ?? 0) > 0, column)
      ok(failures.every((count, index) => index === 0 || count <= (failures[index - 1] ?? 0)))
      equal(failures.at(-1), 0)
    }
  })
})
