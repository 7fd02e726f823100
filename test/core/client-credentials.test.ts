import { deepEqual, equal, ok } from 'node:assert/strict'
import { decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose'
import { clientCredentialsGrant, type ClientAuthentication } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import { accessOf, ISSUER, REGISTER, SERVER, TOKEN } from '../support/fake-world.ts'
import { form, redirectlessWorld as world } from '../support/redirectless-world.ts'

const AGENT = 'https://client.test/oauth/agent.json'

describe('A sign-in of the client itself (A9.58 to A9.60, A9.63)', () => {
  let authentication: ClientAuthentication

  before(async () => {
    const { privateKey } = await generateKeyPair('ES256')
    authentication = {
      method: 'private_key_jwt',
      key: privateKey,
      kid: 'key-1',
      typ: 'client-authentication+jwt',
    }
  })

  const sources = () => ({
    published: {
      clientId: AGENT,
      redirectUris: [],
      grantTypes: ['client_credentials'],
      reservedOrigin: false,
      authentication,
    },
  })

  it('asks for a token for this resource, and opens no browser', async () => {
    const it = world({ sources: sources(), token: { refresh_token: undefined } })
    const session = await it.signIn(clientCredentialsGrant())
    const request = form(it.network.to(TOKEN)[0]?.body)
    equal(request.grant_type, 'client_credentials')
    equal(request.resource, SERVER)
    equal(request.scope, 'read')
    equal(it.opened.length, 0)
    equal(session.clientId, AGENT)
    equal(session.redirectUri, undefined)
    equal((await accessOf(it.client, session)).accessToken, 'the-access-token')
  })

  it('proves itself with an assertion for the issuer alone (A9.59)', async () => {
    const it = world({ sources: sources() })
    await it.signIn(clientCredentialsGrant())
    const assertion = form(it.network.to(TOKEN)[0]?.body).client_assertion ?? ''
    deepEqual(decodeProtectedHeader(assertion), {
      alg: 'ES256',
      kid: 'key-1',
      typ: 'client-authentication+jwt',
    })
    const { aud, iss, sub, exp = 0, iat = 0, jti } = decodeJwt(assertion)
    deepEqual({ aud, iss, sub }, { aud: ISSUER, iss: AGENT, sub: AGENT })
    ok(exp - iat <= 60)
    ok(jti)
  })

  it('never asks for offline_access: there is nobody to be away', async () => {
    const it = world({ sources: sources(), issuer: { scopes_supported: ['offline_access'] } })
    await it.signIn(clientCredentialsGrant())
    equal(form(it.network.to(TOKEN)[0]?.body).scope, 'read')
  })

  it('is not tried where the server does not list the grant', async () => {
    const issuer = { grant_types_supported: ['authorization_code'] }
    const it = world({ sources: sources(), issuer })
    await expectCode(it.signIn(clientCredentialsGrant()), 'grant_unsupported')
    equal(it.network.to(TOKEN).length, 0)
  })

  it('is not done by a client that nobody vouches for: no dynamic registration (A9.63)', async () => {
    const it = world({ issuer: { registration_endpoint: REGISTER } })
    const attempt = it.signIn(clientCredentialsGrant())
    const { reasons } = await expectCode(attempt, 'no_client_identity')
    ok(reasons.includes('cimd: grant not in the document'))
    ok(reasons.includes('dcr: switched off'))
  })

  it('keeps nothing when it is refused', async () => {
    const it = world({ sources: sources() })
    it.network.on(TOKEN, () => json({ error: 'invalid_client' }, 401))
    await expectCode(it.signIn(clientCredentialsGrant()), 'token_refused')
    equal(it.secrets.entries.size, 0)
  })
})
