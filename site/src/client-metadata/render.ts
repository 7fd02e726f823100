import type { ClientMetadataDocument } from './document.ts'

/** The order of members in published bytes; a member that is not here does not belong in a document. */
const FIELD_ORDER = [
  'client_id',
  'client_name',
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'application_type',
  'redirect_uris',
  'grant_types',
  'response_types',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'jwks_uri',
  'software_id',
] as const satisfies readonly (keyof ClientMetadataDocument)[]

/**
 * A document's exact bytes as text: fixed order, two spaces, LF, final newline. Their SHA-256 is the
 * document's version, so nothing here may depend on the machine or the order of properties.
 */
export function renderDocument(document: ClientMetadataDocument): string {
  const ordered = FIELD_ORDER.filter((field) => document[field] !== undefined).map((field) => [
    field,
    document[field],
  ])
  return `${JSON.stringify(Object.fromEntries(ordered), undefined, 2)}\n`
}
