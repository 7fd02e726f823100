import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { createRegistrationStore } from '@signet/core'
import { register } from '../../../extension/core/src/register.ts'
import { fakeClock, json, memorySecrets } from '../../support/fake-ports.ts'
import { ISSUER, REDIRECT, REGISTER, TOKEN } from '../../support/fake-world.ts'
import { anyJson, damaged, longestText, outcomeOf, RUNS } from '../../support/hostile-values.ts'

const { signal } = new AbortController()
const issuer = { issuer: ISSUER, token_endpoint: TOKEN, registration_endpoint: REGISTER }
const use = { redirectUri: REDIRECT, grantType: 'authorization_code' }

const registered = async (body: unknown, status: number) => {
  const clock = fakeClock()
  const secrets = memorySecrets()
  const registrations = createRegistrationStore(secrets, clock)
  const ports = {
    fetch: async () => json(body, status),
    clock,
    registrations,
    trace: () => undefined,
  }
  const outcome = await outcomeOf(async () => await register(ports, issuer, use, 'Signet', signal))
  return { ...outcome, secrets, registrations }
}

describe('Any registration answer (A3.17, A3.18)', () => {
  const good = {
    client_id: 'client',
    client_secret: 'secret',
    token_endpoint_auth_method: 'client_secret_post',
  }

  it('is refused by a code and leaves nothing, or is kept whole for its issuer', async () => {
    const answers = fc.oneof(anyJson, damaged(good))
    await fc.assert(
      fc.asyncProperty(answers, fc.constantFrom(201, 200, 204, 400, 403), async (body, status) => {
        const { value, error, secrets, registrations } = await registered(
          body,
          status === 204 ? 400 : status,
        )
        if (error !== undefined) {
          ok(['registration_refused', 'registration_invalid'].includes(error.code), error.code)
          ok(longestText(error.detail) <= 1_000, 'bounded')
          equal(secrets.entries.size, 0)
          return
        }
        equal(value.issuer, ISSUER)
        ok(value.clientId !== '')
        const kept = await registrations.findClient(ISSUER, value.clientId)
        deepEqual(kept && { ...kept, redirectUri: undefined, expiresAt: undefined }, {
          ...value,
          redirectUri: undefined,
          expiresAt: undefined,
        })
        equal(await registrations.findClient('https://other.test', value.clientId), undefined)
      }),
      { ...RUNS, numRuns: 400 },
    )
  })
})
