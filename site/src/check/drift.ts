import { applyRules, type Finding, type Rule } from '../client-metadata/finding.ts'
import { versionId, type PublishedVersion } from '../client-metadata/versions.ts'
import { PROPAGATION_MS } from './limits.ts'
import type { Target, TargetKind } from './targets.ts'

/** Which version of a target one address serves. */
export type ServedVersion =
  | { readonly kind: 'expected' }
  /** A recorded version before the newest: an edge that has not caught up, or a deployment that was lost. */
  | { readonly kind: 'older'; readonly id: string }
  /** Bytes that nobody recorded. */
  | { readonly kind: 'unknown' }

/** What one address answered with status 200. */
export interface ServedBytes {
  readonly address: string
  readonly bytes: Uint8Array
}

/** Compares by bytes. Undefined: nobody knows what should be there. */
export function servedVersion(target: Target, bytes: Uint8Array): ServedVersion | undefined {
  if (target.expected === undefined) return undefined
  if (Buffer.compare(target.expected, bytes) === 0) return { kind: 'expected' }
  const id = versionId(Buffer.from(bytes).toString('utf8'))
  const recorded = target.versions.some((version) => version.id === id)
  return recorded ? { kind: 'older', id } : { kind: 'unknown' }
}

interface DriftSubject {
  readonly kinds: ReadonlyMap<string, ServedVersion['kind']>
  readonly propagating: boolean
  readonly kind: TargetKind
}

/** Copies of old versions, and the page that is part of what is trusted. */
const FIXED: ReadonlySet<TargetKind> = new Set(['copy', 'callback'])

/** What changes with each deployment and identifies nobody. Keys are compared one by one, elsewhere. */
const CHANGING: ReadonlySet<TargetKind> = new Set(['file', 'page', 'logo'])

const at = (subject: DriftSubject, kind: ServedVersion['kind']) =>
  [...subject.kinds].flatMap(([address, each]) => (each === kind ? [address] : []))

const isMixed = (subject: DriftSubject) => at(subject, 'expected').length > 0

export const DRIFT_RULES: readonly Rule<DriftSubject>[] = [
  {
    id: 'drift-unknown-bytes',
    severity: 'error',
    step: 19,
    section: 'CIMD 8.4',
    message: 'What is served was never recorded: this is not the identity that was reviewed.',
    fix: 'Deploy the recorded version again; if nobody changed the host, treat it as taken over.',
    check: (subject) => (subject.kind === 'document' ? at(subject, 'unknown') : []),
  },
  {
    id: 'drift-fixed-bytes',
    severity: 'error',
    step: 19,
    section: 'CIMD 8.4',
    message:
      'Bytes changed that must not: an old version’s copy, or the page that answers come to.',
    fix: 'Deploy again; if nobody changed the host, treat it as taken over.',
    check: (subject) => (FIXED.has(subject.kind) ? at(subject, 'unknown') : []),
  },
  {
    id: 'drift-file',
    severity: 'info',
    step: 19,
    section: 'CIMD 8.4',
    message: 'The file is another one than this tree publishes.',
    fix: 'Deploy again, or check out what is deployed.',
    check: (subject) => (CHANGING.has(subject.kind) ? at(subject, 'unknown') : []),
  },
  {
    id: 'version-rolled-back',
    severity: 'error',
    step: 19,
    section: 'CIMD 5.2',
    message: 'Every address serves an older recorded version: the newest deployment is lost.',
    fix: 'Deploy the newest version again.',
    check: (subject) =>
      isMixed(subject) || subject.propagating || at(subject, 'unknown').length > 0
        ? []
        : at(subject, 'older'),
  },
  {
    id: 'version-stale-edge',
    severity: 'warning',
    step: 19,
    section: 'CIMD 5.2',
    message: 'Some addresses still serve an older version, longer than caches may keep it.',
    fix: 'Purge the cache of your host for this path.',
    check: (subject) => (isMixed(subject) && !subject.propagating ? at(subject, 'older') : []),
  },
  {
    id: 'version-propagating',
    severity: 'info',
    step: 19,
    section: 'CIMD 5.2',
    message: 'The newest version is on its way: an older one is still served.',
    fix: 'Wait for two max-ages after the deployment.',
    check: (subject) => (subject.propagating ? at(subject, 'older') : []),
  },
]

/** What the served bytes are, told apart: expected, an older version, or bytes that nobody recorded. */
export function driftFindings(
  target: Target,
  served: readonly ServedBytes[],
  nowMs: number,
): readonly Finding[] {
  const kinds = new Map<string, ServedVersion['kind']>()
  for (const { address, bytes } of served) {
    const version = servedVersion(target, bytes)
    if (version !== undefined) kinds.set(address, version.kind)
  }
  const propagating = isPropagating(target.versions.at(-1), nowMs)
  return applyRules(DRIFT_RULES, { kinds, propagating, kind: target.kind })
}

/** Recorded but not seen live yet, or seen for the first time a moment ago. */
function isPropagating(newest: PublishedVersion | undefined, nowMs: number): boolean {
  if (newest === undefined) return false
  const since = newest.publishedAt ?? newest.recordedAt
  return nowMs - Date.parse(since) < PROPAGATION_MS
}
