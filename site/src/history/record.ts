import { z } from 'zod'
import type { Delivery } from '../alert/alert.ts'
import type { CheckRun } from '../check/run.ts'
import { QUIET, step, type IncidentEvent, type IncidentState } from './incidents.ts'
import { observe } from './observe.ts'

const verdict = z.enum(['ok', 'degraded', 'bad', 'unknown'])
const instant = z.iso.datetime()

const certificateSchema = z.object({
  issuer: z.string(),
  fingerprint: z.string(),
  notBefore: instant,
  notAfter: instant,
})

const eventSchema = z.object({
  kind: z.enum(['opened', 'changed', 'closed']),
  incident: z.string(),
  path: z.string(),
  at: instant,
  since: instant,
  verdict,
  findings: z.array(z.string()).readonly(),
})

const stateSchema = z.object({
  failures: z.number(),
  successes: z.number(),
  failingSince: instant.nullable(),
  open: z
    .object({
      id: z.string(),
      since: instant,
      findings: z.array(z.string()).readonly(),
      other: z.array(z.string()).readonly().nullable(),
    })
    .nullable(),
  closes: z.array(instant).readonly(),
})

/** One run in the history: one line, with everything that the next run has to know. */
const runSchema = z.object({
  at: instant,
  /** Path, verdict, milliseconds, ids of errors and warnings. */
  targets: z.array(z.tuple([z.string(), verdict, z.number()], z.string())),
  /** Where it differs from the line before, and once an hour. */
  certificate: certificateSchema.optional(),
  /** Of targets that are not quiet. */
  states: z.record(z.string(), stateSchema).optional(),
  events: z.array(eventSchema).readonly().optional(),
})

/** An hour or a day: how often which verdict was seen. */
const bucketSchema = z.object({
  /** When it begins. */
  from: instant,
  /** Path, runs that were ok, degraded, bad, unknown, and the median of milliseconds. */
  targets: z.array(
    z.tuple([z.string(), z.number(), z.number(), z.number(), z.number(), z.number()]),
  ),
})

const deliverySchema = z.object({ key: z.string(), channel: z.string(), at: instant })

export type RunRecord = z.infer<typeof runSchema>
export type Bucket = z.infer<typeof bucketSchema>

/** What is known of the past, oldest first. */
export interface History {
  readonly runs: readonly RunRecord[]
  readonly hours: readonly Bucket[]
  readonly days: readonly Bucket[]
  readonly events: readonly IncidentEvent[]
  /** What people were told. */
  readonly deliveries: readonly Delivery[]
  /** Lines that could not be read; nothing else is made of them. */
  readonly corruptLines: number
}

export const EMPTY: History = {
  runs: [],
  hours: [],
  days: [],
  events: [],
  deliveries: [],
  corruptLines: 0,
}

export const SCHEMAS = {
  run: runSchema,
  bucket: bucketSchema,
  event: eventSchema,
  delivery: deliverySchema,
} as const

/** A run as it is kept, with the incidents it opens, changes and closes. Pure. */
export function recordOf(run: CheckRun, history: History): RunRecord {
  const states = new Map<string, IncidentState>(Object.entries(history.runs.at(-1)?.states ?? {}))
  const events: IncidentEvent[] = []
  for (const seen of observe(run)) {
    const { state, event } = step(states.get(seen.path) ?? QUIET, seen)
    states.set(seen.path, state)
    if (event !== undefined) events.push(event)
  }
  const certificate = newCertificate(run, history)
  const kept = [...states].filter(([, state]) => !isQuiet(state))
  return {
    at: run.at,
    targets: run.targets.map(({ path, verdict: seen, ms, findings }) => [
      path,
      seen,
      ms,
      ...findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    ]),
    ...(certificate && { certificate }),
    ...(kept.length > 0 && { states: Object.fromEntries(kept) }),
    ...(events.length > 0 && { events }),
  }
}

/** The certificate that the last run saw. */
export function lastCertificate({ runs }: Pick<History, 'runs'>): RunRecord['certificate'] {
  return runs.findLast(({ certificate }) => certificate !== undefined)?.certificate
}

function newCertificate(run: CheckRun, history: History): RunRecord['certificate'] {
  const seen = run.targets.find(({ certificate }) => certificate !== undefined)?.certificate
  const last = history.runs.at(-1)
  const sameHour = last?.at.slice(0, 13) === run.at.slice(0, 13)
  const known = lastCertificate(history)?.fingerprint === seen?.fingerprint
  return sameHour && known ? undefined : seen
}

/** Successes of a target that has no incident are not worth a byte. */
function isQuiet({ failures, open, closes }: IncidentState): boolean {
  return failures === 0 && open === null && closes.length === 0
}
