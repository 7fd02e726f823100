import type { Diagnosis, ErrorSource, Finding, ObservationId } from '@signet/core'
import type { Localise } from './localise.ts'
import { messageFor } from './messages.ts'

/** A finding in words: what is so, and what to do about it. */
export interface FindingWords {
  readonly message: string
  readonly fix: string
}

export function findingWords(finding: Finding, l10n: Localise): FindingWords {
  const { error } = finding
  if (error !== undefined) {
    return {
      message: messageFor(error.code, error.detail, l10n).text,
      fix:
        finding.tolerance === undefined
          ? stepFix(finding.step, l10n)
          : l10n.t(
              'Its owner has to correct it. Until then you can allow it: list {0} for this issuer in the setting signet.tolerances.',
              finding.tolerance,
            ),
    }
  }
  return observationWords(finding.id as ObservationId, l10n)
}

/**
 * The whole diagnosis as plain text, for an editor tab or a terminal. A server's own words appear only as
 * JSON strings, so that they cannot pass for a line of ours.
 */
export function diagnosisText({ server, verdict, findings }: Diagnosis, l10n: Localise): string {
  const lines = findings.flatMap((finding) => {
    const { message, fix } = findingWords(finding, l10n)
    const detail = finding.error?.detail ?? finding.detail
    return [
      `${finding.severity.toUpperCase()}  ${message}`,
      `    ${fix}`,
      `    ${finding.step} · ${finding.id} · ${finding.section}`,
      `    ${JSON.stringify(detail)}`,
      '',
    ]
  })
  return [server, verdictWords(verdict, l10n), '', ...lines].join('\n')
}

function verdictWords(verdict: Diagnosis['verdict'], l10n: Localise): string {
  switch (verdict) {
    case 'ok':
      return l10n.t('A sign-in can work here.')
    case 'degraded':
      return l10n.t('A sign-in can work here, with something missing.')
    case 'bad':
      return l10n.t('A sign-in cannot work here.')
    case 'unknown':
      return l10n.t('A server did not answer, so nothing can be said for sure.')
  }
}

/** Diagnosis ends before the browser: what is left after the named steps is about identifying this client. */
function stepFix(step: ErrorSource['step'], l10n: Localise): string {
  if (step === 'input') return l10n.t('Correct the address.')
  if (step === 'challenge')
    return l10n.t('Check that this is the address of an MCP server, and that it runs.')
  if (step === 'resource-metadata')
    return l10n.t('The MCP server’s owner has to correct its protected resource metadata.')
  if (step === 'issuer-metadata')
    return l10n.t('The sign-in server’s owner has to correct its metadata.')
  return l10n.t(
    'Enable a way of identifying this client in the settings, or ask the sign-in server’s owner to accept its document.',
  )
}

function observationWords(id: ObservationId, l10n: Localise): FindingWords {
  switch (id) {
    case 'several_issuers':
      return {
        message: l10n.t('The server offers several places to sign in.'),
        fix: l10n.t('Nothing to do: you will be asked once.'),
      }
    case 'resource_is_parent':
      return {
        message: l10n.t('The server’s metadata names a parent of the address.'),
        fix: l10n.t('Nothing to do: tokens are asked for the name in the metadata.'),
      }
    case 'challenge_without_metadata':
      return {
        message: l10n.t('The server’s refusal does not say where its metadata is.'),
        fix: l10n.t('Nothing to do: it was found at its well-known address.'),
      }
    case 'iss_not_announced':
      return {
        message: l10n.t('The sign-in server does not say who it is in its answers.'),
        fix: l10n.t('Its owner can enable the iss parameter, which stops mix-up attacks.'),
      }
    case 'revocation_not_offered':
      return {
        message: l10n.t('The sign-in server offers no revocation.'),
        fix: l10n.t('After a sign-out, tokens stay valid until they end by themselves.'),
      }
    case 'refresh_not_offered':
      return {
        message: l10n.t('The sign-in server issues no refresh tokens.'),
        fix: l10n.t('You will have to sign in again whenever the token ends.'),
      }
    case 'tolerated':
      return {
        message: l10n.t('A fault of the sign-in server’s metadata is allowed by your settings.'),
        fix: l10n.t('When its owner has corrected it, delete the entry in signet.tolerances.'),
      }
    case 'identity_found':
      return {
        message: l10n.t('This client can identify itself there.'),
        fix: l10n.t('Nothing to do.'),
      }
  }
}
