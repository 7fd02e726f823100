import type { PeerCertificate } from 'node:tls'
import { when, type Finding, type Rule, applyRules } from '../client-metadata/finding.ts'
import { CERTIFICATE_CRITICAL_MS, CERTIFICATE_SHARES } from './limits.ts'

/** A host's certificate as the watch keeps it. Times are ISO 8601 in UTC. */
export interface CertificateFacts {
  /** Organization or common name, as the certificate says. */
  readonly issuer: string
  /** SHA-256, 64 lower-case hex digits. */
  readonly fingerprint: string
  readonly notBefore: string
  readonly notAfter: string
}

export function certificateFacts(certificate: PeerCertificate): CertificateFacts {
  const { issuer, fingerprint256, valid_from: from, valid_to: to } = certificate
  return {
    issuer: String(issuer.O ?? issuer.CN ?? ''),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: new Date(from).toISOString(),
    notAfter: new Date(to).toISOString(),
  }
}

interface CertificateSubject {
  readonly certificate: CertificateFacts
  /** The one seen by the run before; undefined: there was none. */
  readonly previous: CertificateFacts | undefined
  readonly nowMs: number
}

/**
 * What is left of a certificate's life, as a share of it: lifetimes range from six days to over a year, and
 * every client renews at a share. One third left means that a renewal is late.
 */
function stage({ certificate, nowMs }: CertificateSubject): 'fine' | 'late' | 'critical' {
  const end = Date.parse(certificate.notAfter)
  const left = end - nowMs
  const share = left / (end - Date.parse(certificate.notBefore))
  if (share >= CERTIFICATE_SHARES.late) return 'fine'
  return share < CERTIFICATE_SHARES.critical || left < CERTIFICATE_CRITICAL_MS ? 'critical' : 'late'
}

export const CERTIFICATE_RULES: readonly Rule<CertificateSubject>[] = [
  {
    id: 'certificate-expiring',
    severity: 'error',
    step: 5,
    section: 'RFC 5280 4.1.2.5',
    message: 'The certificate is about to expire: its renewal has failed for a while.',
    fix: 'Renew it by hand now, then look at what should have done it.',
    check: (subject) => when(stage(subject) === 'critical', subject.certificate.notAfter),
  },
  {
    id: 'certificate-renewal-late',
    severity: 'warning',
    step: 5,
    section: 'RFC 5280 4.1.2.5',
    message: 'Less than a third of the certificate’s life is left: by now it should be renewed.',
    fix: 'Look at the log of what renews it.',
    check: (subject) => when(stage(subject) === 'late', subject.certificate.notAfter),
  },
  {
    id: 'certificate-issuer-changed',
    severity: 'info',
    step: 5,
    section: 'RFC 8659',
    message: 'The certificate is from another authority than at the last check.',
    fix: 'If nobody moved the host, find out who asked for it; a CAA record limits who may issue.',
    check: ({ certificate, previous }) =>
      when((previous?.issuer ?? certificate.issuer) !== certificate.issuer, 'issuer'),
  },
  {
    id: 'certificate-renewed',
    severity: 'info',
    step: 5,
    section: 'RFC 5280 4.1.2.5',
    message: 'The certificate is another one than at the last check.',
    fix: 'Nothing to do if it was renewed.',
    check: ({ certificate, previous }) =>
      when(
        previous?.issuer === certificate.issuer && previous.fingerprint !== certificate.fingerprint,
        'fingerprint',
      ),
  },
]

/** What a certificate that servers accept today says about tomorrow. */
export function certificateFindings(subject: CertificateSubject): readonly Finding[] {
  return applyRules(CERTIFICATE_RULES, subject)
}
