import { deepEqual, equal, ok } from 'node:assert/strict'
import { decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose'
import type { ClientAuthentication, DeviceVerification, RedirectlessGrant } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { fakeClock, json } from '../support/fake-ports.ts'
import {
  accessOf,
  fakeWorld,
  ISSUER,
  REGISTER,
  SERVER,
  TOKEN,
  tokenDocument,
  type WorldFacts,
} from '../support/fake-world.ts'

const DEVICE = `${ISSUER}/device`
const AGENT = 'https://client.test/oauth/agent.json'
const { signal } = new AbortController()

/** A world whose clock goes on by itself while something sleeps. */
function world(facts: WorldFacts = {}) {
  const clock = fakeClock()
  const running = {
    ...clock,
    sleep: async (ms: number) => {
      clock.advance(ms)
      await Promise.resolve()
    },
  }
  const it = fakeWorld({ ...facts, ports: { clock: running } })
  const signIn = async (grant: RedirectlessGrant) =>
    await it.client.signInWithoutRedirect(
      {
        serverUrl: SERVER,
        grant,
        pinnedScopes: undefined,
        challenge: undefined,
        previous: undefined,
      },
      signal,
    )
  return { ...it, signIn }
}

const form = (body: URLSearchParams | undefined) => Object.fromEntries(body ?? [])

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
    const session = await it.signIn({ kind: 'client-credentials' })
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
    await it.signIn({ kind: 'client-credentials' })
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
    await it.signIn({ kind: 'client-credentials' })
    equal(form(it.network.to(TOKEN)[0]?.body).scope, 'read')
  })

  it('is not tried where the server does not list the grant', async () => {
    const issuer = { grant_types_supported: ['authorization_code'] }
    const it = world({ sources: sources(), issuer })
    await expectCode(it.signIn({ kind: 'client-credentials' }), 'grant_unsupported')
    equal(it.network.to(TOKEN).length, 0)
  })

  it('is not done by a client that nobody vouches for: no dynamic registration (A9.63)', async () => {
    const it = world({ issuer: { registration_endpoint: REGISTER } })
    const attempt = it.signIn({ kind: 'client-credentials' })
    const { reasons } = await expectCode(attempt, 'no_client_identity')
    ok(reasons.includes('cimd: grant not in the document'))
    ok(reasons.includes('dcr: switched off'))
  })

  it('keeps nothing when it is refused', async () => {
    const it = world({ sources: sources() })
    it.network.on(TOKEN, () => json({ error: 'invalid_client' }, 401))
    await expectCode(it.signIn({ kind: 'client-credentials' }), 'token_refused')
    equal(it.secrets.entries.size, 0)
  })
})

describe('A sign-in answered on another device (RFC 8628)', () => {
  const issuer = { device_authorization_endpoint: DEVICE, registration_endpoint: REGISTER }
  const started = {
    device_code: 'the-device-code',
    user_code: 'WDJB-MJHT',
    verification_uri: `${ISSUER}/activate`,
    expires_in: 600,
    interval: 5,
  }

  function deviceWorld(answers: (() => Response)[], device: object = started) {
    const it = world({ issuer })
    it.network.on(REGISTER, () => json({ client_id: 'registered' }, 201))
    it.network.on(DEVICE, () => json(device))
    it.network.on(TOKEN, () => (answers.shift() ?? (() => json(tokenDocument())))())
    const shown: DeviceVerification[] = []
    const begin = it.clock.now()
    const signIn = async () =>
      await it.signIn({ kind: 'device', show: (verification) => void shown.push(verification) })
    return { ...it, shown, begin, signIn, elapsed: () => it.ports.clock.now() - begin }
  }
  const refuse = (error: string) => () => json({ error }, 400)

  it('shows the code once, then waits as long as the server asks (section 3.5)', async () => {
    const it = deviceWorld([refuse('authorization_pending'), refuse('slow_down')])
    const session = await it.signIn()
    equal(it.shown.length, 1)
    equal(it.shown[0]?.userCode, 'WDJB-MJHT')
    equal(it.elapsed(), 5000 + 5000 + 10_000)
    equal(session.registration, 'dcr')
    const request = form(it.network.to(TOKEN)[0]?.body)
    equal(request.device_code, 'the-device-code')
    equal(request.resource, SERVER)
  })

  it('registers for this grant alone, without a redirect URI (A3.17)', async () => {
    const it = deviceWorld([])
    await it.signIn()
    const metadata = JSON.parse(
      [...(it.network.to(REGISTER)[0]?.body.keys() ?? [])][0] ?? '',
    ) as Record<string, unknown>
    deepEqual(metadata.redirect_uris, [])
    deepEqual(metadata.grant_types, [
      'urn:ietf:params:oauth:grant-type:device_code',
      'refresh_token',
    ])
  })

  it('goes on after a lost connection, more slowly', async () => {
    const lost = () => {
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    }
    const it = deviceWorld([lost])
    await it.signIn()
    equal(it.elapsed(), 5000 + 10_000)
  })

  it('ends with the person’s no', async () => {
    const it = deviceWorld([refuse('access_denied')])
    await expectCode(it.signIn(), 'authorization_denied')
    equal([...it.secrets.entries.keys()].filter((key) => key.startsWith('session/')).length, 0)
  })

  it('ends when the server says that the code has', async () => {
    await expectCode(deviceWorld([refuse('expired_token')]).signIn(), 'device_code_expired')
  })

  it('ends by itself when the server goes on for ever', async () => {
    const forever = Array.from({ length: 1000 }, () => refuse('authorization_pending'))
    const it = deviceWorld(forever, { ...started, expires_in: 1e9 })
    await expectCode(it.signIn(), 'device_code_expired')
    ok(it.elapsed() <= 1_800_000 + 5000)
  })

  for (const uri of ['javascript:alert(1)', 'file:///etc/passwd', 'http://elsewhere.test/', '']) {
    it(`shows no address such as "${uri}" (A4.28)`, async () => {
      const it = deviceWorld([], { ...started, verification_uri: uri })
      const attempt = it.signIn().catch((error: unknown) => error as { code: string })
      const { code } = (await attempt) as { code: string }
      ok(['endpoint_insecure', 'token_invalid'].includes(code), code)
      equal(it.shown.length, 0)
    })
  }

  it('is not offered by every server', async () => {
    const it = world({ issuer: { registration_endpoint: REGISTER } })
    it.network.on(REGISTER, () => json({ client_id: 'registered' }, 201))
    const attempt = it.signIn({ kind: 'device', show: () => undefined })
    equal((await expectCode(attempt, 'endpoint_missing')).endpoint, 'device_authorization_endpoint')
  })

  it('can be cancelled between two questions', async () => {
    const stop = new AbortController()
    const clock = fakeClock()
    const it = fakeWorld({ issuer, ports: { clock } })
    it.network.on(REGISTER, () => json({ client_id: 'registered' }, 201))
    it.network.on(DEVICE, () => json(started))
    const attempt = it.client.signInWithoutRedirect(
      {
        serverUrl: SERVER,
        grant: { kind: 'device', show: () => stop.abort() },
        pinnedScopes: undefined,
        challenge: undefined,
        previous: undefined,
      },
      stop.signal,
    )
    await expectCode(attempt, 'cancelled')
    equal(it.network.to(TOKEN).length, 0)
  })
})

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
  const grant: RedirectlessGrant = {
    kind: 'enterprise',
    provider: {
      issuer: IDP,
      tokenEndpoint: `${IDP}/token`,
      clientId: 'client-at-idp',
      authentication: { method: 'none' },
      idToken: 'the-id-token',
    },
  }

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
    const attempt = it.signIn({ ...grant, provider: { ...grant.provider, tokenEndpoint } })
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
    await it.signIn({
      kind: 'workload',
      assertion: async (target) => {
        targets.push(target)
        return await Promise.resolve('the-workload-token')
      },
    })
    deepEqual(targets, [{ issuer: ISSUER, resource: SERVER }])
    equal(form(it.network.to(TOKEN)[0]?.body).assertion, 'the-workload-token')
  })
})
