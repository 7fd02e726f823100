import { deepEqual, equal } from 'node:assert/strict'
import type { Alternatives } from '@signet/core'
import { expectCode } from '../support/expect-code.ts'
import { fakeWorld, ISSUER, REGISTER, type WorldFacts } from '../support/fake-world.ts'

const DEVICE = { device_authorization_endpoint: `${ISSUER}/device` }

async function offeredBy(facts: WorldFacts): Promise<readonly Alternatives[]> {
  const offered: Alternatives[] = []
  await fakeWorld(facts).signIn({ offer: (alternatives) => void offered.push(alternatives) })
  return offered
}

describe('What else a sign-in offers (A3.19)', () => {
  it('names registration when the document is in use and the server registers clients', async () =>
    deepEqual(await offeredBy({ issuer: { registration_endpoint: REGISTER } }), [
      { identity: 'dcr', device: false },
    ]))

  it('names nothing where there is nothing, or the person switched it off', async () => {
    const nothing = [{ identity: undefined, device: false }]
    deepEqual(await offeredBy({}), nothing)
    const issuer = { registration_endpoint: REGISTER, ...DEVICE }
    deepEqual(await offeredBy({ issuer, sources: { dynamicRegistration: false } }), nothing)
  })

  it('names the device code where a client can have it', async () => {
    const issuer = { registration_endpoint: REGISTER, ...DEVICE }
    deepEqual(await offeredBy({ issuer }), [{ identity: 'dcr', device: true }])
    const without = { ...issuer, grant_types_supported: ['authorization_code'] }
    deepEqual(await offeredBy({ issuer: without }), [{ identity: 'dcr', device: false }])
  })

  it('takes none of it by itself: a refused document ends the sign-in with its code', async () => {
    const world = fakeWorld({
      issuer: { registration_endpoint: REGISTER },
      response: (request) => ({
        error: 'invalid_client',
        state: request.get('state') ?? '',
        iss: ISSUER,
      }),
    })
    await expectCode(world.signIn({ offer: () => undefined }), 'authorization_failed')
    equal(world.network.to(REGISTER).length, 0)
  })
})
