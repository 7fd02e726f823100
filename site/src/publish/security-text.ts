import { ORIGINS, SECURITY_CONTACT, type Environment } from '../client-metadata/clients.ts'
import { isReserved } from '../client-metadata/reserved.ts'
import type { BuildFinding } from './build-finding.ts'

export const SECURITY_TEXT_PATH = '/.well-known/security.txt'

/** RFC 9116 asks for less than a year; whoever deploys once in that time keeps it valid. */
const VALID_MONTHS = 11

/**
 * `security.txt` (RFC 9116) of one environment. It expires at the beginning of a month, so that builds of one
 * month are alike.
 */
export function securityText(environment: Environment, now: Date): string {
  const origin = ORIGINS[environment]
  const expires = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + VALID_MONTHS, 1))
  return [
    `Contact: ${SECURITY_CONTACT}`,
    `Expires: ${expires.toISOString().replace('.000', '')}`,
    'Preferred-Languages: en',
    `Canonical: ${origin}${SECURITY_TEXT_PATH}`,
    `Policy: ${origin}/security`,
    '',
  ].join('\n')
}

/** A real origin with a contact nobody can reach: a report would be lost. */
export function contactFindings(origin: string, contact: string): readonly BuildFinding[] {
  const reachable =
    /^mailto:[^@\s]+@[^@\s]+$/.test(contact) || URL.parse(contact)?.protocol === 'https:'
  const host = contact.startsWith('mailto:')
    ? contact.slice(contact.lastIndexOf('@') + 1)
    : (URL.parse(contact)?.hostname ?? '')
  const isReal = !isReserved(URL.parse(origin)?.hostname ?? '')
  if (reachable && !(isReal && isReserved(host))) return []
  return [
    {
      id: 'security/contact',
      severity: 'error',
      message: `The security contact ${JSON.stringify(contact)} reaches nobody.`,
      fix: 'Put a mailto: or https address of yours into SECURITY_CONTACT in clients.ts.',
    },
  ]
}
