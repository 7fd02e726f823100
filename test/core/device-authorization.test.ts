import { deepEqual, equal, ok } from 'node:assert/strict'
import { deviceGrant, type DeviceVerification } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { fakeClock, json } from '../support/fake-ports.ts'
import { fakeWorld, ISSUER, REGISTER, SERVER, TOKEN, tokenDocument } from '../support/fake-world.ts'
import { form, redirectlessWorld as world } from '../support/redirectless-world.ts'

const DEVICE = `${ISSUER}/device`

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
      await it.signIn(deviceGrant((verification) => void shown.push(verification)))
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
    const attempt = it.signIn(deviceGrant(() => undefined))
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
        grant: deviceGrant(() => stop.abort()),
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
