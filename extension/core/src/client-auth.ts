import * as oauth from 'oauth4webapi'

/** How the client proves who it is at the token endpoint. Secrets and keys: never printed. */
export type ClientAuthentication =
  | { readonly method: 'none' }
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  | {
      readonly method: 'private_key_jwt'
      readonly key: CryptoKey
      readonly kid: string
      readonly typ: AssertionType
    }

/** Header `typ` of a client assertion; a few older servers refuse the registered value, hence a choice. */
export type AssertionType = 'client-authentication+jwt' | 'JWT'

/**
 * The oauth4webapi form of an identity's authentication (RFC 6749 section 2.3, RFC 7523 section 2.2 as
 * updated: the issuer is the only `aud`, `kid` is always in the header).
 */
export function clientAuth({
  authentication,
}: {
  readonly authentication: ClientAuthentication
}): oauth.ClientAuth {
  switch (authentication.method) {
    case 'none':
      return oauth.None()
    case 'client_secret_post':
      return oauth.ClientSecretPost(authentication.secret)
    case 'client_secret_basic':
      return basic(authentication.secret)
    case 'private_key_jwt':
      return oauth.PrivateKeyJwt(
        { key: authentication.key, kid: authentication.kid },
        { [oauth.modifyAssertion]: (header) => void (header.typ = authentication.typ) },
      )
  }
}

/**
 * Form-encodes as RFC 6749 section 2.3.1 says. The library's own also escapes characters that the form
 * encoding leaves alone ("-"), and servers that do not decode then see another client_id.
 */
function basic(secret: string): oauth.ClientAuth {
  return (_issuer, client, _body, headers) => {
    headers.set(
      'authorization',
      `Basic ${btoa(`${formEncode(client.client_id)}:${formEncode(secret)}`)}`,
    )
  }
}

function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1)
}
