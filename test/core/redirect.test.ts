import { equal } from 'node:assert/strict'
import { acceptRedirect } from '../../extension/core/src/redirect.ts'
import { expectCode } from '../support/expect-code.ts'
import { approve, fakeWorld, ISSUER, TOKEN } from '../support/fake-world.ts'

type Response = (request: URLSearchParams) => Record<string, string | undefined>

const change =
  (values: Record<string, string | undefined>): Response =>
  (request) => ({ ...approve(request), ...values })

describe('The authorization response (A5.31 to A5.36)', () => {
  const silent = { authorization_response_iss_parameter_supported: undefined }

  it('is refused without iss when the server announced one (A5.31)', async () => {
    const world = fakeWorld({ response: change({ iss: undefined }) })
    await expectCode(world.signIn(), 'redirect_issuer_missing')
    equal(world.network.to(TOKEN).length, 0, 'the code goes nowhere')
  })

  for (const announced of [true, undefined]) {
    it(`is refused with another iss, announced ${String(announced)} (A5.31)`, async () => {
      const world = fakeWorld({
        issuer: { authorization_response_iss_parameter_supported: announced },
        response: change({ iss: 'https://evil.test' }),
      })
      await expectCode(world.signIn(), 'redirect_issuer_mismatch')
      equal(world.network.to(TOKEN).length, 0)
    })
  }

  for (const iss of [`${ISSUER}/`, ISSUER.toUpperCase(), `${ISSUER}:443`]) {
    it(`is refused with iss ${iss}: no normalisation (A5.32)`, async () => {
      await expectCode(
        fakeWorld({ response: change({ iss }) }).signIn(),
        'redirect_issuer_mismatch',
      )
    })
  }

  it('is accepted without iss from a server that never announced it (A5.31)', async () =>
    equal(
      (await fakeWorld({ issuer: silent, response: change({ iss: undefined }) }).signIn()).issuer,
      ISSUER,
    ))

  it('shows no error of a server that is not the one asked (A5.33)', async () => {
    const response = change({ code: undefined, error: 'access_denied', iss: 'https://evil.test' })
    await expectCode(fakeWorld({ response }).signIn(), 'redirect_issuer_mismatch')
  })

  it('is the person’s no when it says access_denied (A5.33)', async () => {
    const response = change({ code: undefined, error: 'access_denied' })
    await expectCode(fakeWorld({ response }).signIn(), 'authorization_denied')
  })

  it('names other errors by their code (A5.33)', async () => {
    const response = change({ code: undefined, error: 'server_error' })
    const detail = await expectCode(fakeWorld({ response }).signIn(), 'authorization_failed')
    equal(detail.error, 'server_error')
  })

  it('must have arrived on the redirect URI of the request (A5.34)', async () => {
    const world = fakeWorld()
    world.receiver.redirectUri = 'http://127.0.0.1:28631/callback'
    await expectCode(world.signIn(), 'redirect_uri_mismatch')
    equal(world.network.to(TOKEN).length, 0)
  })

  for (const name of ['response', 'id_token', 'token', 'access_token']) {
    it(`is refused with an unexpected ${name} (A5.36)`, async () => {
      const world = fakeWorld({ response: change({ [name]: 'x' }) })
      const detail = await expectCode(world.signIn(), 'redirect_parameters_invalid')
      equal(detail.parameter, name)
    })
  }

  describe('judged by itself, whatever the receiver let through', () => {
    const pending = {
      url: '',
      state: 'the-state',
      codeVerifier: 'verifier',
      issuer: ISSUER,
      resource: 'https://mcp.test/mcp',
      redirectUri: 'http://127.0.0.1:28630/callback',
      clientId: 'https://signet.example/oauth/client.json',
      scopes: undefined,
    }
    const accept = (query: string) =>
      acceptRedirect({ issuer: ISSUER }, pending, {
        redirectUri: pending.redirectUri,
        parameters: new URLSearchParams(query),
      })

    it('is accepted with its own state', () =>
      equal(accept('code=c&state=the-state').get('code'), 'c'))

    for (const state of ['state=another', 'state=', 'nothing=1', 'state=THE-STATE']) {
      it(`is refused with ${state} (A4.22)`, async () => {
        await expectCode(() => accept(`code=c&${state}`), 'redirect_state_unknown')
      })
    }

    for (const name of ['code', 'state', 'iss', 'error', 'error_description', 'error_uri']) {
      it(`is refused when ${name} comes twice (A5.35)`, async () => {
        const query = `code=c&state=the-state&${name}=a&${name}=a`
        const { parameter } = await expectCode(() => accept(query), 'redirect_parameters_invalid')
        equal(parameter, name)
      })
    }
  })

  it('is refused without a code', async () => {
    await expectCode(
      fakeWorld({ response: change({ code: undefined }) }).signIn(),
      'redirect_parameters_invalid',
    )
  })

  it('is refused with a code nobody would send', async () => {
    const response = change({ code: 'x'.repeat(4097) })
    await expectCode(fakeWorld({ response }).signIn(), 'redirect_parameters_invalid')
  })

  it('leaves nothing behind when it is refused', async () => {
    const world = fakeWorld({ response: change({ iss: 'https://evil.test' }) })
    await expectCode(world.signIn(), 'redirect_issuer_mismatch')
    equal(world.secrets.entries.size, 0)
    equal(world.receiver.closed, 1)
  })
})
