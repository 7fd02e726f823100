import { z } from 'zod'
import {
  clientIdOf,
  couldBeFetched,
  versionId,
  versionsOf,
  type CurrentDocument,
  type Ledger,
} from '../client-metadata/versions.ts'
import type { BuildTarget } from './environment.ts'
import type { BuildFinding } from './build-finding.ts'

const instant = z.iso.datetime()

const ledgerSchema = z.strictObject({
  versions: z.array(
    z.strictObject({
      environment: z.enum(['production', 'staging', 'local']),
      name: z.string().regex(/^[a-z0-9-]+$/),
      id: z.string().regex(/^[0-9a-f]{64}$/),
      recordedAt: instant,
      publishedAt: instant.nullable(),
      bytes: z.string(),
    }),
  ),
})

/** published.json, checked for shape. Throws ZodError. */
export function readLedger(value: unknown): Ledger {
  return ledgerSchema.parse(value)
}

/**
 * What is wrong between the ledger and what would be published. `publishing`: this build goes out, so its
 * bytes have to be on record. A client_id at a reserved name binds nobody: no server could fetch it.
 */
export function ledgerFindings(
  ledger: Ledger,
  { environment }: BuildTarget,
  documents: readonly CurrentDocument[],
  publishing: boolean,
): readonly BuildFinding[] {
  const recorded = ledger.versions.filter((version) => version.environment === environment)
  const altered = ledger.versions.filter(({ id, bytes }) => versionId(bytes) !== id)
  if (altered.length > 0) return altered.map(({ id }) => alteredFinding(id))
  const gone = [...new Set(recorded.map(clientIdOf))].filter(
    (clientId) =>
      couldBeFetched(clientId) && !documents.some((document) => document.clientId === clientId),
  )
  const unrecorded = documents.filter(
    ({ clientId, bytes }) => versionsOf(ledger, clientId).at(-1)?.bytes !== bytes,
  )
  return [
    ...gone.map(goneFinding),
    ...outOfOrder(ledger),
    ...(publishing ? unrecorded.map(({ clientId }) => unrecordedFinding(clientId)) : []),
  ]
}

function alteredFinding(id: string): BuildFinding {
  return {
    id: 'ledger/altered',
    severity: 'error',
    message: `Recorded bytes do not have the hash ${id} that they are recorded under.`,
    fix: 'Restore site/published.json from version control; the ledger is only ever appended to.',
  }
}

function goneFinding(clientId: string): BuildFinding {
  return {
    id: 'ledger/client-id-gone',
    severity: 'error',
    message: `${clientId} was published and would disappear. Everybody who signed in with it would be refused.`,
    fix: 'Keep the client and the origin in clients.ts; publish a new client beside it instead.',
  }
}

function unrecordedFinding(clientId: string): BuildFinding {
  return {
    id: 'ledger/unrecorded',
    severity: 'error',
    message: `The bytes of ${clientId} are not its newest recorded version.`,
    fix: 'Run `npm run signet -- diff --record`, read what it says, and commit site/published.json.',
  }
}

function outOfOrder({ versions }: Ledger): readonly BuildFinding[] {
  const wrong = versions.findIndex(
    ({ recordedAt }, index) =>
      index > 0 && Date.parse(recordedAt) < Date.parse(versions[index - 1]?.recordedAt ?? ''),
  )
  if (wrong === -1) return []
  return [
    {
      id: 'ledger/out-of-order',
      severity: 'error',
      message: `Version ${String(wrong + 1)} of the ledger is older than the one before it.`,
      fix: 'Append new versions at the end; never insert or reorder.',
    },
  ]
}
