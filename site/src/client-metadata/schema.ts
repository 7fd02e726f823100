import { z } from 'zod'
import { ORIGINS, type Environment } from './clients.ts'

/** Where the schema is published. */
export const SCHEMA_PATH = '/schema/client-metadata.json'

const text = z.string().min(1)
/** Shape only: which hosts and origins are right is a rule's business. */
const httpsUrl = z.string().regex(/^https:\/\/[^\s/?#]+/)

/** A public key. Private and symmetric members are refused by name (CIMD section 4.1). */
const publicKey = z.looseObject({
  kty: z.enum(['EC', 'RSA', 'OKP']),
  kid: text.optional(),
  use: z.literal('sig').optional(),
  alg: text.optional(),
  ...Object.fromEntries(
    ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map((name) => [name, z.never().optional()]),
  ),
})

/**
 * The shape of a client ID metadata document (CIMD section 4, RFC 7591 section 2), with MCP's two required
 * members. Unknown members are allowed: the draft says so. What one value means for another is in the
 * rules, not here. Not part of what the extension bundles.
 */
export const clientMetadataSchema = z.looseObject({
  client_id: httpsUrl.describe('The URL this document is served at, byte for byte.'),
  client_name: text.describe('Shown on consent pages.'),
  redirect_uris: z.array(text).min(1).describe('Every place an answer may go; compared exactly.'),
  client_uri: httpsUrl.optional(),
  logo_uri: httpsUrl.optional(),
  policy_uri: httpsUrl.optional(),
  tos_uri: httpsUrl.optional(),
  application_type: z.enum(['native', 'web']).optional(),
  grant_types: z.array(text).min(1).optional(),
  response_types: z.array(text).optional(),
  token_endpoint_auth_method: z.enum(['none', 'private_key_jwt']).optional(),
  token_endpoint_auth_signing_alg: text.optional(),
  jwks_uri: httpsUrl.optional(),
  jwks: z.looseObject({ keys: z.array(publicKey).min(1) }).optional(),
  contacts: z.array(text).optional(),
  scope: text.optional(),
  software_id: text.optional(),
  software_version: text.optional(),
  client_secret: z.never().optional(),
  client_secret_expires_at: z.never().optional(),
})

/** The same as JSON Schema 2020-12, as published: two spaces, LF, final newline. */
export function renderSchema(environment: Environment): string {
  const { $schema, ...schema } = z.toJSONSchema(clientMetadataSchema, { target: 'draft-2020-12' })
  const published = {
    $schema,
    $id: `${ORIGINS[environment]}${SCHEMA_PATH}`,
    title: 'OAuth Client ID Metadata Document for MCP clients',
    ...schema,
  }
  return `${JSON.stringify(published, undefined, 2)}\n`
}
