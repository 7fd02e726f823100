import type { ClientMetadataDocument } from '../client-metadata/document.ts'

/** What a person reviewing the document asks about one member. Plain text. */
export interface Annotation {
  /** Who reads it. */
  readonly readBy: string
  /** Why this value and no other. */
  readonly why: string
  /** What happens when it is wrong or missing. */
  readonly otherwise: string
  /** Where it is written. */
  readonly section: string
  /** The same for single values, by value; for redirect URIs by kind. */
  readonly values?: Readonly<Record<string, string>>
}

/** Every member a document may have. A new one does not compile without its entry here. */
export const ANNOTATIONS: Readonly<Record<keyof ClientMetadataDocument, Annotation>> = {
  client_id: {
    readBy: 'Every authorization server, before anything else.',
    why: 'The address of this document, byte for byte: that is what ties the name to the domain. Short, without a query or a port, because servers show it to people and Auth0 takes 120 bytes.',
    otherwise:
      'One character off, and every server refuses. Another address is another client: all consents start anew.',
    section: 'CIMD 3 and 4',
  },
  client_name: {
    readBy: 'The person, on the consent page.',
    why: 'The product’s name and no more. Anybody can write any name, so servers show the host of the client ID beside it.',
    otherwise:
      'Servers for MCP refuse a document without it. A changed name may ask people to consent again.',
    section: 'MCP authorization; RFC 7591 2',
  },
  client_uri: {
    readBy: 'The person, as a link on the consent page.',
    why: 'This site’s front page, on the same origin as the client ID.',
    otherwise: 'Better Auth and the AT Protocol refuse another origin.',
    section: 'RFC 7591 2; CIMD 8.1',
  },
  logo_uri: {
    readBy: 'The authorization server, which fetches it once and shows its own copy.',
    why: 'A small square PNG on the same origin, at an address that stays.',
    otherwise: 'The consent page shows no picture. Nothing else depends on it.',
    section: 'RFC 7591 2; CIMD 8.8',
  },
  policy_uri: {
    readBy: 'The person, as a link on the consent page.',
    why: 'A page of this site that answers 200 to everybody.',
    otherwise: 'The link is missing; some servers check that it has this origin.',
    section: 'RFC 7591 2',
  },
  tos_uri: {
    readBy: 'The person, as a link on the consent page.',
    why: 'A page of this site that answers 200 to everybody.',
    otherwise: 'The link is missing; some servers check that it has this origin.',
    section: 'RFC 7591 2',
  },
  application_type: {
    readBy: 'The authorization server, when it compares redirect URIs.',
    why: 'Always stated, because a server that finds nothing assumes "web".',
    otherwise: 'oidc-provider then refuses loopback redirects, and with them the document.',
    section: 'OpenID Connect Registration 2',
    values: {
      native: 'A program on a person’s machine, so the port of a loopback redirect may vary.',
      web: 'An application in a browser, so every redirect is https and compared exactly.',
    },
  },
  redirect_uris: {
    readBy: 'The authorization server, at every sign-in, character by character.',
    why: 'Every place an answer may go, and none that is not used.',
    otherwise:
      'A sign-in that would end anywhere else is refused. One entry that a server dislikes makes it refuse the whole document.',
    section: 'CIMD 4.2; RFC 9700 2.1; RFC 8252 7.3',
    values: {
      'any-port':
        'The machine itself, on whichever port is free: for servers that follow RFC 8252, section 7.3. Addresses as numbers, because the name localhost can be made to lead elsewhere.',
      'fixed-port':
        'The machine itself, on ports tried first: for servers that compare exactly. Below the range that systems hand out.',
      https:
        'A page of this site that hands the answer to a fixed list of editors, for those that only an address of their own reaches.',
      scheme:
        'The editor’s own address. Several servers refuse a whole document for one of these, so it is in a document of its own.',
      web: 'The application’s own page.',
    },
  },
  grant_types: {
    readBy: 'The authorization server, at the token endpoint.',
    why: 'What is used, and nothing else.',
    otherwise: 'Several servers refuse a whole document for one grant they do not know.',
    section: 'RFC 7591 2; MCP authorization',
    values: {
      authorization_code: 'The sign-in with a person and a browser.',
      refresh_token: 'Staying signed in without asking that person again.',
      client_credentials: 'A program that asks for itself, with nobody present.',
    },
  },
  response_types: {
    readBy: 'The authorization server, at the authorization endpoint.',
    why: 'Only "code": tokens never travel through the browser.',
    otherwise: 'Some servers refuse a document without it.',
    section: 'RFC 7591 2; RFC 9700 2.1.2',
  },
  token_endpoint_auth_method: {
    readBy: 'The authorization server, at the token endpoint.',
    why: 'Always stated, because a server that finds nothing assumes a shared secret, which nobody can keep in a public document.',
    otherwise: 'oidc-provider refuses the document; others ask for a secret that does not exist.',
    section: 'CIMD 4.1; RFC 7591 2',
    values: {
      none: 'No secret and no key: what people install cannot keep one. PKCE with S256 protects every code instead.',
      private_key_jwt:
        'Each request is signed with a key that never leaves the program’s own safekeeping.',
    },
  },
  token_endpoint_auth_signing_alg: {
    readBy: 'The authorization server, when it checks a signature.',
    why: 'One algorithm, so that nobody can talk a server into a weaker one.',
    otherwise: 'The server chooses what it accepts, and may choose another.',
    section: 'RFC 7591 2; OpenID Connect Registration 2',
  },
  jwks_uri: {
    readBy: 'The authorization server, when it meets a key it does not know.',
    why: 'An address instead of the keys themselves: keys change without a new version of this document, and Auth0 takes them no other way.',
    otherwise: 'Nobody can check a signature, and every request is refused.',
    section: 'CIMD 8.2; RFC 7591 2',
  },
  software_id: {
    readBy: 'Operators and logs. No server decides anything by it.',
    why: 'The same in every document of this product, so that they can be recognised as one.',
    otherwise: 'Nothing breaks; statistics count the documents apart.',
    section: 'RFC 7591 2',
  },
}

/** Which of the entries in `values` a redirect URI is of. `bounceUri`: this origin's own https page. */
export function redirectKind(uri: string, bounceUri: string): string {
  if (uri === bounceUri) return 'https'
  if (/^http:\/\/(?:127\.0\.0\.1|\[::1\])\//.test(uri)) return 'any-port'
  if (/^http:\/\/127\.0\.0\.1:\d+\//.test(uri)) return 'fixed-port'
  return uri.startsWith('https://') ? 'web' : 'scheme'
}
