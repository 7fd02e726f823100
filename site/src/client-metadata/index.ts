/** What the extension and the scripts import: the identity as published, and the bounce page's codec. */
import {
  CALLBACK_PATH,
  CLIENT_NAME,
  CLIENTS,
  LOOPBACK_PORTS,
  ORIGINS,
  type Environment,
} from './clients.ts'
import { clientDocument, type ClientKey, type ClientMetadataDocument } from './document.ts'
import { isReserved } from './reserved.ts'

export { encodeBounceState, resolveBounceTarget, type BounceTarget } from './bounce-state.ts'
export { EDITOR_SCHEMES as bounceSchemes, type Environment } from './clients.ts'
export { MAX_DOCUMENT_BYTES } from './limits.ts'
export { renderDocument } from './render.ts'

/** One identity of one environment. Strings are verbatim what its document says. */
export interface PublishedIdentity {
  readonly environment: Environment
  readonly origin: string
  readonly clientName: string
  readonly document: ClientMetadataDocument
  readonly clientId: string
  readonly redirectUris: readonly string[]
  readonly grantTypes: readonly string[]
  readonly loopbackPorts: readonly number[]
  readonly loopbackPath: string
  readonly bounceUri: string
  /** Nobody can publish at this origin (RFC 2606, RFC 6761), so no server beyond loopback can fetch it. */
  readonly reservedOrigin: boolean
}

/** The main identity: the default, which the most servers accept. */
export function publishedIdentity(environment: Environment): PublishedIdentity {
  return identityOf(environment, 'client')
}

/** The opt-in identity that also lists editors' own schemes; undefined where none is published. */
export function editorIdentity(environment: Environment): PublishedIdentity | undefined {
  return CLIENTS[environment].some(({ key }) => key === 'editor')
    ? identityOf(environment, 'editor')
    : undefined
}

function identityOf(environment: Environment, key: ClientKey): PublishedIdentity {
  const origin = ORIGINS[environment]
  const document = clientDocument(environment, key)
  return {
    environment,
    origin,
    clientName: CLIENT_NAME,
    document,
    clientId: document.client_id,
    redirectUris: document.redirect_uris,
    grantTypes: document.grant_types,
    loopbackPorts: LOOPBACK_PORTS,
    loopbackPath: CALLBACK_PATH,
    bounceUri: `${origin}${CALLBACK_PATH}`,
    reservedOrigin: isReserved(new URL(origin).hostname),
  }
}
