import { readFile } from 'node:fs/promises'
import {
  diffDocuments,
  isBreaking,
  type Change,
  type DocumentMembers,
} from '../../site/src/client-metadata/diff.ts'
import {
  changeLine,
  changesMarkdown,
  describeChange,
} from '../../site/src/client-metadata/diff-words.ts'
import {
  recordVersions,
  versionId,
  versionsOf,
  type CurrentDocument,
  type Ledger,
} from '../../site/src/client-metadata/versions.ts'
import { buildTarget } from '../../site/src/publish/environment.ts'
import { currentDocuments } from '../../site/src/publish/routes.ts'
import { LEDGER_FILE, readLedgerFile, writeLedgerFile } from '../publish/files.ts'
import { fetchServed, type Reach } from '../publish/served.ts'
import { CommandFailure } from './command-failure.ts'
import { EXIT, type CommandResult } from './run-command.ts'

export interface DiffOptions extends Reach {
  /** `live`, `ledger` or a file. */
  readonly against: string
  readonly env: string
  readonly record?: boolean
  readonly markdown?: boolean
  /** Another ledger than the repository's. */
  readonly ledger?: string
}

/** One document, before and after. */
interface DocumentDiff {
  readonly clientId: string
  readonly from: string | null
  readonly to: string
  readonly changes: readonly Change[]
}

/** `signet diff`: what the documents of this tree change for the people who use the client. */
export async function diffCommand(options: DiffOptions): Promise<CommandResult> {
  const target = buildTarget({ SIGNET_ENV: options.env })
  const file = options.ledger ?? LEDGER_FILE
  const ledger = await readLedgerFile(file)
  const documents = currentDocuments(target)
  const before = await olderVersions(options, ledger, documents)
  const diffs = documents.map(({ clientId, bytes }): DocumentDiff => {
    const old = before.get(clientId)
    return {
      clientId,
      from: old === undefined ? null : versionId(old),
      to: versionId(bytes),
      changes: diffDocuments(old === undefined ? undefined : parse(old), parse(bytes)),
    }
  })
  const recorded = recordVersions(ledger, target.environment, documents, new Date().toISOString())
  const added = recorded.versions.slice(ledger.versions.length)
  if (options.record === true && added.length > 0) await writeLedgerFile(file, recorded)
  const changes = diffs.flatMap(({ clientId, changes: all }) =>
    all.map((change) => ({ clientId, ...change, ...describeChange(change) })),
  )
  const breaking = isBreaking(changes)
  return {
    json: {
      breaking,
      changes,
      documents: diffs.map(({ clientId, from, to }) => ({
        clientId,
        from,
        to,
      })),
      recorded: options.record === true ? added.map(({ id }) => id) : [],
    },
    text: options.markdown === true ? changesMarkdown(diffs) : words(diffs, options, added.length),
    exitCode: breaking ? EXIT.bad : EXIT.ok,
  }
}

/** The bytes to compare with, by client_id. */
async function olderVersions(
  { against, ca, connect }: DiffOptions,
  ledger: Ledger,
  documents: readonly CurrentDocument[],
): Promise<ReadonlyMap<string, string>> {
  const older = new Map<string, string>()
  if (against !== 'live' && against !== 'ledger') {
    const bytes = await readFile(against, 'utf8')
    const { client_id: clientId } = parse(bytes)
    // A file of another client_id is compared with the main document: its identity is what changes.
    const known = documents.find((document) => document.clientId === clientId) ?? documents[0]
    if (known !== undefined) older.set(known.clientId, bytes)
    return older
  }
  for (const { clientId } of documents) {
    const bytes =
      against === 'ledger'
        ? versionsOf(ledger, clientId).at(-1)?.bytes
        : await liveBytes(clientId, {
            ...(ca && { ca }),
            ...(connect && { connect }),
          })
    if (bytes !== undefined) older.set(clientId, bytes)
  }
  return older
}

/** Undefined where nothing is published yet. Any other answer than a document is an error, not a change. */
async function liveBytes(clientId: string, reach: Reach): Promise<string | undefined> {
  const { status, bytes } = await fetchServed(clientId, reach)
  if (status === 404) return undefined
  if (status === 200) return bytes
  throw new CommandFailure(
    'origin_refused',
    `${clientId} answered ${String(status)} instead of the document.`,
    'Servers get the same answer: look at the host before anything else.',
  )
}

function parse(bytes: string): DocumentMembers {
  const value = parseJson(bytes)
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as DocumentMembers
  throw new CommandFailure(
    'file_malformed',
    'A client metadata document is a JSON object, and this is none.',
    'Compare with the document’s own bytes.',
  )
}

/** Undefined: no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function words(diffs: readonly DocumentDiff[], { record }: DiffOptions, added: number): string {
  const next =
    added === 0
      ? []
      : [
          '',
          record === true
            ? `${String(added)} recorded in site/published.json: commit it together with what changed.`
            : `${String(added)} not on record: run it again with --record before they can go out.`,
        ]
  return diffs
    .flatMap(({ clientId, changes }) => [
      `${clientId}: ${changes.length === 0 ? 'unchanged' : `${String(changes.length)} changed`}`,
      ...changes.map((change) => `  ${changeLine(change)}`),
    ])
    .concat(next)
    .join('\n')
}
