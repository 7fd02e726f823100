/** What the extension and the scripts import: the identity as published, and the bounce page's codec. */
import { CALLBACK_PATH, CLIENT_NAME, LOOPBACK_PORTS, ORIGINS, type Environment } from './clients.ts'
import { clientDocument } from './document.ts'
import { isReserved } from './reserved.ts'

export { encodeBounceState, resolveBounceTarget, type BounceTarget } from './bounce-state.ts'
export { EDITOR_SCHEMES as bounceSchemes, type Environment } from './clients.ts'

/** The main identity of one environment. Strings are verbatim what the document says. */
export interface PublishedIdentity {
  readonly environment: Environment
  readonly origin: string
  readonly clientName: string
  readonly clientId: string
  readonly redirectUris: readonly string[]
  readonly grantTypes: readonly string[]
  readonly loopbackPorts: readonly number[]
  readonly loopbackPath: string
  readonly bounceUri: string
  /** Nobody can publish at this origin (RFC 2606, RFC 6761), so no server beyond loopback can fetch it. */
  readonly reservedOrigin: boolean
}

export function publishedIdentity(environment: Environment): PublishedIdentity {
  const origin = ORIGINS[environment]
  const document = clientDocument(environment, 'client')
  return {
    environment,
    origin,
    clientName: CLIENT_NAME,
    clientId: document.client_id,
    redirectUris: document.redirect_uris,
    grantTypes: document.grant_types,
    loopbackPorts: LOOPBACK_PORTS,
    loopbackPath: CALLBACK_PATH,
    bounceUri: `${origin}${CALLBACK_PATH}`,
    reservedOrigin: isReserved(new URL(origin).hostname),
  }
}
