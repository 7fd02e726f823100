import releases from '../../extension/releases.json' with { type: 'json' }
import { ORIGINS, SECURITY_CONTACT } from '../../site/src/client-metadata/clients.ts'
import type { BuildFinding } from '../../site/src/publish/build-finding.ts'
import type { BuildTarget } from '../../site/src/publish/environment.ts'
import { readReleases, releaseFindings } from '../../site/src/publish/compatibility.ts'
import { ledgerFindings } from '../../site/src/publish/ledger.ts'
import { describedIdentities, isolationFindings } from '../../site/src/publish/isolation.ts'
import { keyFindings } from '../../site/src/publish/keys.ts'
import { documentFindings, ownDocuments } from '../../site/src/publish/own-documents.ts'
import { currentDocuments } from '../../site/src/publish/routes.ts'
import { SOURCES } from '../../site/src/publish/sources.ts'
import { contactFindings } from '../../site/src/publish/security-text.ts'
import { CommandFailure } from '../commands/command-failure.ts'

export interface PublicationOptions {
  /** Whether this build goes out. */
  readonly publishing: boolean
  readonly now: Date
  readonly warn: (line: string) => void
}

/** Everything that may forbid a build, asked before anything is built. Throws `publication_blocked`. */
export async function checkPublication(
  target: BuildTarget,
  { publishing, now, warn }: PublicationOptions,
): Promise<void> {
  // A preview publishes no identity, so it can break none.
  if (target.preview) return
  const documents = currentDocuments(target)
  const findings = [
    ...documentFindings(ownDocuments(target.environment)),
    ...contactFindings(ORIGINS[target.environment], SECURITY_CONTACT),
    ...ledgerFindings(SOURCES.ledger, target, documents, publishing),
    ...isolationFindings(describedIdentities(SOURCES.registry, SOURCES.ledger)),
    ...(await keyFindings(SOURCES.registry[target.environment], now)),
    // Released extensions carry the production identity.
    ...(target.environment === 'production'
      ? releaseFindings(readReleases(releases), documents, now)
      : []),
  ]
  blockOn(findings, warn)
}

/** Prints every finding and stops at an error. Throws `publication_blocked`. */
export function blockOn(findings: readonly BuildFinding[], warn: (line: string) => void): void {
  for (const finding of findings) warn(findingLine(finding))
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  throw new CommandFailure(
    'publication_blocked',
    `Stopped: ${errors.map(({ id }) => id).join(', ')}.`,
    errors.map(({ fix }) => fix).join(' '),
  )
}

function findingLine({ id, severity, message, fix }: BuildFinding): string {
  return `${severity}: ${message} ${fix} (${id})`
}
