import type { Verdict } from '../check/verdict.ts'
import { LIMITS } from './limits.ts'

/** What one run says about one target. */
export interface Observation {
  readonly path: string
  /** ISO 8601 in UTC. */
  readonly at: string
  readonly verdict: Verdict
  /** Ids of errors and warnings, worst first; notes open nothing. */
  readonly findings: readonly string[]
}

/** A change that people are told about, once. */
export interface IncidentEvent {
  readonly kind: 'opened' | 'changed' | 'closed'
  /** Stable: the target and when it first failed. */
  readonly incident: string
  readonly path: string
  readonly at: string
  /** When the first failure was seen. */
  readonly since: string
  /** Of the observation that made the event. */
  readonly verdict: Verdict
  readonly findings: readonly string[]
}

/** What has to be remembered of one target between runs. */
export interface IncidentState {
  /** In a row. */
  readonly failures: number
  readonly successes: number
  /** Of the first failure in the row. */
  readonly failingSince: string | null
  readonly open: OpenIncident | null
  /** When this target was well again lately; many times are flapping. */
  readonly closes: readonly string[]
}

interface OpenIncident {
  readonly id: string
  readonly since: string
  /** As people were told. */
  readonly findings: readonly string[]
  /** Another set of findings, seen once; the second time people are told. */
  readonly other: readonly string[] | null
}

export const QUIET: IncidentState = {
  failures: 0,
  successes: 0,
  failingSince: null,
  open: null,
  closes: [],
}

export interface Stepped {
  readonly state: IncidentState
  readonly event: IncidentEvent | undefined
}

/**
 * Takes one observation in. Two failures in a row open an incident and two successes close it; a target that
 * keeps closing needs more of them each time. A run that saw nothing changes nothing.
 */
export function step(state: IncidentState, seen: Observation): Stepped {
  if (seen.verdict === 'unknown') return { state, event: undefined }
  return seen.verdict === 'ok' ? success(state, seen) : failure(state, seen)
}

function failure(state: IncidentState, seen: Observation): Stepped {
  const failures = state.failures + 1
  const failingSince = state.failingSince ?? seen.at
  // Well for long enough to close, were it not for the damping: that is flapping too, and prolongs it.
  const relapsed = state.open !== null && state.successes >= LIMITS.successesToClose
  const closes = relapsed ? [...recent(state.closes, seen.at), seen.at] : state.closes
  const next = { ...state, failures, failingSince, successes: 0, closes }
  if (state.open !== null) return change({ ...next, open: state.open }, seen)
  if (failures < LIMITS.failuresToOpen) return { state: next, event: undefined }
  const id = incidentId(seen.path, failingSince)
  const open = { id, since: failingSince, findings: seen.findings, other: null }
  return { state: { ...next, open }, event: eventOf('opened', open, seen) }
}

/** Other findings than people know of, twice in a row, are news. */
function change(
  state: IncidentState & { readonly open: OpenIncident },
  seen: Observation,
): Stepped {
  const { open } = state
  if (same(open.findings, seen.findings))
    return { state: { ...state, open: { ...open, other: null } }, event: undefined }
  if (open.other === null || !same(open.other, seen.findings))
    return { state: { ...state, open: { ...open, other: seen.findings } }, event: undefined }
  const told = { ...open, findings: seen.findings, other: null }
  return { state: { ...state, open: told }, event: eventOf('changed', told, seen) }
}

function success(state: IncidentState, seen: Observation): Stepped {
  const successes = state.successes + 1
  const closes = recent(state.closes, seen.at)
  const next = { ...state, failures: 0, failingSince: null, successes, closes }
  if (state.open === null || successes < successesToClose(closes.length))
    return { state: next, event: undefined }
  return {
    state: { ...next, open: null, closes: [...closes, seen.at] },
    event: eventOf('closed', state.open, seen),
  }
}

function recent(closes: readonly string[], now: string): readonly string[] {
  return closes
    .filter((at) => Date.parse(now) - Date.parse(at) < LIMITS.flapWindowMs)
    .slice(-LIMITS.rememberedCloses)
}

/** Doubles with each incident closed lately beyond the first two. */
function successesToClose(closes: number): number {
  const doublings = Math.max(0, closes - LIMITS.closesBeforeDamping + 1)
  return Math.min(LIMITS.successesToClose * 2 ** doublings, LIMITS.mostSuccessesToClose)
}

function eventOf(
  kind: IncidentEvent['kind'],
  open: Pick<OpenIncident, 'id' | 'since' | 'findings'>,
  { path, at, verdict }: Observation,
): IncidentEvent {
  const { id, since, findings } = open
  return { kind, incident: id, path, at, since, verdict, findings }
}

/** Letters, digits and hyphens: it becomes part of addresses. */
function incidentId(path: string, since: string): string {
  const name = path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '')
  return `${name === '' ? (path === '/' ? 'home' : 'origin') : name}-${since.replace(/[-:]|\.\d+/g, '').toLowerCase()}`
}

const same = (left: readonly string[], right: readonly string[]) =>
  left.length === right.length && left.every((id) => right.includes(id))
