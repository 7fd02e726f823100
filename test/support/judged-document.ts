import { evaluate, type EvaluationInput } from '../../site/src/client-metadata/evaluate.ts'

export const URL_HERE = 'https://client.acme-software.dev/oauth/client.json'
export const ORIGIN = 'https://client.acme-software.dev'
/** A document that no rule minds. */
export const BASE = {
  client_id: URL_HERE,
  client_name: 'Acme',
  client_uri: `${ORIGIN}/`,
  logo_uri: `${ORIGIN}/logo.png`,
  policy_uri: `${ORIGIN}/privacy`,
  tos_uri: `${ORIGIN}/terms`,
  application_type: 'native',
  redirect_uris: [
    'http://127.0.0.1/callback',
    'http://127.0.0.1:28630/callback',
    `${ORIGIN}/callback`,
  ],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}
export const KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'AA',
  y: 'AA',
  kid: 'one',
  use: 'sig',
  alg: 'ES256',
}
export const KEYED = {
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
}
export const JWKS_URI = `${ORIGIN}/oauth/jwks.json`

export const bytes = (text: string) => new TextEncoder().encode(text)

/** Ids of what the rules find, and of nothing that a server’s profile adds. */
export function idsOf(input: Partial<EvaluationInput>): readonly string[] {
  const { findings } = evaluate({
    clientId: URL_HERE,
    body: undefined,
    response: undefined,
    fetchFindings: [],
    keySet: undefined,
    profiles: [],
    allowLoopback: false,
    ...input,
  })
  return findings.map(({ id }) => id)
}

export const ofMembers = (members: object) =>
  idsOf({ body: bytes(JSON.stringify({ ...BASE, ...members })) })
export const ofUrl = (clientId: string) => idsOf({ clientId })
export const ofHeaders = (headers: Readonly<Record<string, string>>) =>
  idsOf({ response: { status: 200, headers: { ...HEADERS, ...headers }, elapsedMs: 0 } })
export const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'public, max-age=600',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '*',
}

/** Each change to a good document, and exactly what is found. */
