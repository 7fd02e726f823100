import { shown, when, type Rule } from '../finding.ts'
import { hasMember, listMember, textMember } from '../members.ts'
import type { DocumentSubject } from './document-subject.ts'

const GRANTS = 'grant_types'
const RESPONSES = 'response_types'
const USUAL_GRANTS = ['authorization_code', 'refresh_token']

const listed = ({ document }: DocumentSubject, name: string) => listMember(document, name)

/** A client with keys may also ask for itself (MCP client credentials extension). */
function expectedGrants({ document }: DocumentSubject): readonly string[] {
  const keys = textMember(document, 'token_endpoint_auth_method') === 'private_key_jwt'
  return keys ? [...USUAL_GRANTS, 'client_credentials'] : USUAL_GRANTS
}

/** Step 15: what the client asks for at the two endpoints. */
export const GRANT_RULES: readonly Rule<DocumentSubject>[] = [
  {
    id: 'grants-without-code',
    severity: 'error',
    step: 15,
    section: 'MCP authorization',
    message: 'grant_types leaves out authorization_code, so nobody can sign in.',
    fix: 'Use ["authorization_code", "refresh_token"].',
    check: (subject) =>
      when(listed(subject, GRANTS)?.includes('authorization_code') === false, GRANTS),
  },
  {
    id: 'grants-extra',
    severity: 'warning',
    step: 15,
    section: 'RFC 7591 2',
    message: 'A grant that servers do not offer to such a client; some refuse the whole document.',
    fix: 'List authorization_code and refresh_token only.',
    check: (subject) =>
      (listed(subject, GRANTS) ?? [])
        .filter((grant) => !expectedGrants(subject).includes(grant))
        .map((grant) => `${GRANTS} ${shown(grant)}`),
  },
  {
    id: 'grants-without-refresh',
    severity: 'info',
    step: 15,
    section: 'MCP refresh tokens',
    message: 'grant_types does not list refresh_token, so people sign in again and again.',
    fix: 'Use ["authorization_code", "refresh_token"].',
    check: (subject) => when(listed(subject, GRANTS)?.includes('refresh_token') !== true, GRANTS),
  },
  {
    id: 'responses-without-code',
    severity: 'error',
    step: 15,
    section: 'MCP authorization',
    message: 'response_types leaves out code.',
    fix: 'Use ["code"].',
    check: (subject) => when(listed(subject, RESPONSES)?.includes('code') === false, RESPONSES),
  },
  {
    id: 'responses-extra',
    severity: 'warning',
    step: 15,
    section: 'OAuth 2.1 10.1',
    message: 'Another response type than code; Better Auth refuses that.',
    fix: 'Use ["code"].',
    check: (subject) =>
      (listed(subject, RESPONSES) ?? [])
        .filter((type) => type !== 'code')
        .map((type) => `${RESPONSES} ${shown(type)}`),
  },
  {
    id: 'responses-missing',
    severity: 'info',
    step: 15,
    section: 'RFC 7591 2',
    message: 'response_types is left out; a few servers want it said.',
    fix: 'Add "response_types": ["code"].',
    check: ({ document }) => when(!hasMember(document, RESPONSES), RESPONSES),
  },
]
