import { deepEqual, equal } from 'node:assert/strict'
import { enterpriseGrant, workloadGrant, type IdentityProvider } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { json } from '../support/fake-ports.ts'
import { ISSUER, SERVER, TOKEN } from '../support/fake-world.ts'
import { form, redirectlessWorld as world } from '../support/redirectless-world.ts'

describe('A sign-in that somebody else vouches for (A9.62)', () => {
  const IDP = 'https://idp.company.test'
  const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag'
  const sources = {
    preRegistered: [
      {
        issuer: ISSUER,
        clientId: 'company-client',
        authentication: { method: 'client_secret_post', secret: 'the-secret' } as const,
        redirectUris: undefined,
      },
    ],
  }
  const provider: IdentityProvider = {
    issuer: IDP,
    tokenEndpoint: `${IDP}/token`,
    clientId: 'client-at-idp',
    authentication: { method: 'none' },
    idToken: 'the-id-token',
  }
  const grant = enterpriseGrant(provider)

  function enterprise(answer: object) {
    const it = world({ sources })
    it.network.on(`${IDP}/token`, () => json(answer))
    return it
  }
  const issued = { access_token: 'the-id-jag', issued_token_type: ID_JAG, token_type: 'N_A' }

  it('exchanges the ID token for a grant bound to this issuer and this resource', async () => {
    const it = enterprise(issued)
    const session = await it.signIn(grant)
    deepEqual(form(it.network.to(`${IDP}/token`)[0]?.body), {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: ID_JAG,
      audience: ISSUER,
      resource: SERVER,
      subject_token: 'the-id-token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      scope: 'read',
      client_id: 'client-at-idp',
    })
    const request = form(it.network.to(TOKEN)[0]?.body)
    equal(request.grant_type, 'urn:ietf:params:oauth:grant-type:jwt-bearer')
    equal(request.assertion, 'the-id-jag')
    equal(session.clientId, 'company-client')
  })

  it('goes on the server’s word, except to the identity provider that an administrator named (D5)', async () => {
    const it = enterprise(issued)
    await it.signIn(grant)
    for (const { url, namedBy } of it.network.sent)
      equal(namedBy, new URL(url.startsWith(IDP) ? IDP : SERVER).hostname, url)
  })

  it('takes nothing but an ID-JAG from the identity provider', async () => {
    const it = enterprise({ ...issued, issued_token_type: 'urn:ietf:params:oauth:token-type:jwt' })
    equal((await expectCode(it.signIn(grant), 'token_invalid')).reason, 'issued_token_type')
    equal(it.network.to(TOKEN).length, 0)
  })

  it('gives up when the assertion is refused, without another grant (RFC 7523 section 3.1)', async () => {
    const it = enterprise(issued)
    it.network.on(TOKEN, () => json({ error: 'invalid_grant' }, 400))
    await expectCode(it.signIn(grant), 'token_refused')
    equal(it.network.to(TOKEN).length, 1)
  })

  it('sends the ID token nowhere over plain http', async () => {
    const it = enterprise(issued)
    const tokenEndpoint = 'http://idp.company.test/token'
    const attempt = it.signIn(enterpriseGrant({ ...provider, tokenEndpoint }))
    await expectCode(attempt, 'endpoint_insecure')
    equal(it.network.to(tokenEndpoint).length, 0)
  })

  it('leaves no assertion, token or secret in the trace', async () => {
    const it = enterprise(issued)
    await it.signIn(grant)
    const trace = JSON.stringify(it.log.events)
    for (const secret of ['the-id-jag', 'the-id-token', 'the-secret', 'the-access-token'])
      equal(trace.includes(secret), false, secret)
  })

  it('asks the platform for a workload’s assertion, for this target', async () => {
    const it = world({ sources })
    const targets: unknown[] = []
    await it.signIn(
      workloadGrant(async (target) => {
        targets.push(target)
        return await Promise.resolve('the-workload-token')
      }),
    )
    deepEqual(targets, [{ issuer: ISSUER, resource: SERVER }])
    equal(form(it.network.to(TOKEN)[0]?.body).assertion, 'the-workload-token')
  })
})
