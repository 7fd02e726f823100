import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { publishedJwks, renderJwks } from '../../site/src/client-metadata/jwks.ts'
import { planRotation } from '../../site/src/client-metadata/keys/plan.ts'
import {
  PRIVATE_MEMBERS,
  readRegistry,
  renderRegistry,
  type RegisteredKey,
} from '../../site/src/client-metadata/keys/registry.ts'
import { stateOf } from '../../site/src/client-metadata/keys/state.ts'
import {
  promoteKey,
  retireKey,
  revokeKey,
  type Transition,
} from '../../site/src/client-metadata/keys/transitions.ts'
import { after } from '../../site/src/client-metadata/propagation.ts'
import { keyFindings } from '../../site/src/publish/keys.ts'
import { headerBlocks, headersFor } from '../../site/src/publish/headers.ts'
import { routes } from '../../site/src/publish/routes.ts'
import { SOURCES } from '../../site/src/publish/sources.ts'
import { holdsPrivateKey } from '../../scripts/publish/private-scan.ts'

const HOUR = 3600
const DAY = 24 * HOUR
const T0 = '2026-01-01T00:00:00Z'
const at = (seconds: number) => after(T0, seconds)
const PRODUCTION = { environment: 'production', preview: false } as const

async function makeKey(generated = T0): Promise<RegisteredKey> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk, 'sha256')
  return { kid, alg: 'ES256', publicKey: jwk as RegisteredKey['publicKey'], generated }
}

function keysOf(transition: Transition): readonly RegisteredKey[] {
  ok('keys' in transition, JSON.stringify(transition))
  return transition.keys
}
const refusedOf = (transition: Transition) =>
  'refused' in transition ? transition.refused : undefined
const states = (keys: readonly RegisteredKey[]) => keys.map(stateOf)

describe('The agent’s keys (issue E.5, B4.26–B4.28)', () => {
  let first: RegisteredKey
  let second: RegisteredKey
  /** One that signs, one standby. */
  let running: readonly RegisteredKey[]
  before(async () => {
    first = await makeKey()
    second = await makeKey()
    running = [
      { ...first, pending: T0, active: at(48 * HOUR) },
      { ...second, pending: at(48 * HOUR) },
    ]
  })

  describe('go through their states', () => {
    it('generated, pending, active, retiring, retired, each after its wait', () => {
      let keys: readonly RegisteredKey[] = [first]
      keys = keysOf(promoteKey(keys, first.kid, T0))
      keys = keysOf(promoteKey(keys, first.kid, at(48 * HOUR)))
      keys = keysOf(promoteKey([...keys, second], second.kid, at(48 * HOUR)))
      keys = keysOf(promoteKey(keys, second.kid, at(96 * HOUR)))
      deepEqual(states(keys), ['retiring', 'active'])
      keys = keysOf(retireKey(keys, first.kid, at(144 * HOUR)))
      deepEqual(states(keys), ['retired', 'active'])
    })

    it('never sooner: the refusal says when', () => {
      const early = promoteKey([{ ...first, pending: T0 }], first.kid, at(48 * HOUR - 1))
      deepEqual(early, { refused: 'too_early', safeAt: at(48 * HOUR) })
      const keys = keysOf(promoteKey(running, second.kid, at(96 * HOUR)))
      equal(refusedOf(retireKey(keys, first.kid, at(144 * HOUR - 1))), 'too_early')
    })

    it('the last standby stays until there is another; a key that was never published may go', () => {
      equal(refusedOf(retireKey(running, second.kid, at(DAY))), 'no_standby')
      equal(refusedOf(retireKey([{ ...first, pending: T0 }], first.kid, at(DAY))), 'no_standby')
      const third = { ...first, kid: 'third' }
      const keys = keysOf(retireKey([...running, { ...third, pending: T0 }], second.kid, at(DAY)))
      deepEqual(states(keys), ['active', 'retired', 'pending'])
      deepEqual(states(keysOf(retireKey([...running, third], third.kid, T0))), [
        'active',
        'pending',
        'retired',
      ])
    })

    it('in no other order', () => {
      equal(refusedOf(retireKey(running, first.kid, at(DAY))), 'wrong_state')
      equal(refusedOf(promoteKey(running, first.kid, at(DAY))), 'wrong_state')
      equal(refusedOf(promoteKey(running, 'nobody', at(DAY))), 'unknown')
    })

    it('and out of any of them by revocation, which promotes the standby at once', () => {
      const transition = revokeKey(running, first.kid, 'leaked', at(50 * HOUR))
      const keys = keysOf(transition)
      deepEqual(states(keys), ['revoked', 'active'])
      equal('promoted' in transition && transition.promoted, second.kid)
      equal(keys[1]?.emergency, true)
      equal(refusedOf(revokeKey(keys, first.kid, 'again', at(DAY))), 'wrong_state')
    })

    it('a standby that waited long enough is promoted without being an emergency', () =>
      equal(
        keysOf(revokeKey(running, first.kid, 'leaked', at(96 * HOUR)))[1]?.emergency,
        undefined,
      ))

    it('revoking a standby leaves the active key alone', () =>
      deepEqual(states(keysOf(revokeKey(running, second.kid, 'lost', at(DAY)))), [
        'active',
        'revoked',
      ]))
  })

  describe('are checked by the build', () => {
    const idsOf = async (keys: readonly RegisteredKey[], now: string) =>
      (await keyFindings(keys, new Date(now))).map(({ id, severity }) => `${severity} ${id}`)

    it('and pass with one that signs and a standby', async () =>
      deepEqual(await idsOf(running, at(50 * HOUR)), []))

    it('and may be none at all', async () => deepEqual(await idsOf([], T0), []))

    it('and the first one may be published before it signs', async () =>
      deepEqual(await idsOf([{ ...first, pending: T0 }], at(HOUR)), []))

    for (const [what, change, expected] of [
      ['a date that has not come', { pending: at(60 * HOUR) }, 'error key/ahead'],
      ['a wait cut short', { pending: at(HOUR), active: at(20 * HOUR) }, 'error key/too-early'],
      ['a state skipped', { active: at(20 * HOUR) }, 'error key/too-early'],
      ['dates in a wrong order', { pending: at(20 * HOUR), active: at(HOUR) }, 'error key/order'],
      ['a kid that is no thumbprint', { kid: 'mine' }, 'error key/kid'],
      [
        'a removal too soon',
        { pending: T0, active: at(48 * HOUR), retiring: at(49 * HOUR), retired: at(50 * HOUR) },
        'error key/removed-early',
      ],
    ] as const)
      it(`and fail for ${what}`, async () => {
        const third = { ...(await makeKey()), ...change }
        ok((await idsOf([...running, third], at(50 * HOUR))).includes(expected))
      })

    it('and fail without a standby', async () =>
      deepEqual(await idsOf(running.slice(0, 1), at(50 * HOUR)), ['error key/standby']))

    it('and fail with two that sign, or none', async () => {
      const two = running.map((key) => ({ ...key, pending: T0, active: at(48 * HOUR) }))
      const third = { ...(await makeKey()), pending: at(HOUR) }
      deepEqual(await idsOf([...two, third], at(50 * HOUR)), ['error key/active'])
      const gone = { ...running[0]!, revoked: at(49 * HOUR), reason: 'leaked' }
      deepEqual(await idsOf([gone, third], at(50 * HOUR)), ['error key/active'])
    })

    it('and fail with more than servers should have to read', async () => {
      const more = await Promise.all(
        [1, 2, 3].map(async () => ({ ...(await makeKey()), pending: T0 })),
      )
      deepEqual(await idsOf([...running, ...more], at(50 * HOUR)), ['error key/many'])
    })

    it('and warn of a key that grows old, then fail', async () => {
      deepEqual(await idsOf(running, at(2 * DAY + 80 * DAY)), ['warning key/age'])
      deepEqual(await idsOf(running, at(2 * DAY + 120 * DAY)), ['error key/age'])
    })

    it('and let an emergency go out although no key is left', async () => {
      const gone = [{ ...running[0]!, revoked: at(50 * HOUR), reason: 'leaked' }]
      deepEqual(await idsOf(gone, at(50 * HOUR)), ['warning key/none'])
    })
  })

  describe('are published', () => {
    it('from pending to retiring, with use and alg, and no other member', () => {
      const keys = keysOf(promoteKey(running, second.kid, at(96 * HOUR)))
      deepEqual(
        publishedJwks([...keys, { ...first, kid: 'x' }]).map(({ kid }) => kid),
        [first.kid, second.kid],
      )
      for (const key of publishedJwks(keys))
        deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    })

    it('beside the agent’s document, which waits for the first of them', () => {
      const paths = (keys: readonly RegisteredKey[]) =>
        routes(PRODUCTION, { ...SOURCES, registry: { ...SOURCES.registry, production: keys } }).map(
          ({ path }) => path,
        )
      ok(!paths([first]).includes('/oauth/agent.json'))
      ok(!paths([first]).includes('/oauth/jwks.json'))
      ok(paths(running).includes('/oauth/agent.json'))
      ok(paths(running).includes('/oauth/jwks.json'))
    })

    it('cacheable for five minutes: removal is the emergency brake', () => {
      const registry = { ...SOURCES.registry, production: running }
      const table = routes(PRODUCTION, { ...SOURCES, registry })
      const fields = headersFor(headerBlocks(table, PRODUCTION), '/oauth/jwks.json')
      equal(fields.get('cache-control'), 'public, max-age=300')
      equal(fields.get('content-type'), 'application/json')
    })

    it('within what servers read: four keys stay below 12 KB (B4.27)', () => {
      const four = [1, 2, 3, 4].map(() => ({ ...first, pending: T0 }))
      ok(Buffer.byteLength(renderJwks(four)) < 12 * 1024)
    })
  })

  describe('are never private here', () => {
    for (const member of PRIVATE_MEMBERS)
      it(`a registry with ${member} is refused`, () => {
        const key = { ...first, publicKey: { ...first.publicKey, [member]: 'AAAA' } }
        throws(() => readRegistry({ production: [key], staging: [], local: [] }))
      })

    it('and what is written is read back', () => {
      const registry = { production: [...running], staging: [], local: [] }
      deepEqual(readRegistry(JSON.parse(renderRegistry(registry))), registry)
    })

    it('a private key is found in JSON, in strings of JSON, in code and as PEM', async () => {
      const { privateKey } = await generateKeyPair('ES256', { extractable: true })
      const jwk = await exportJWK(privateKey)
      const text = JSON.stringify(jwk)
      ok(holdsPrivateKey(text))
      ok(holdsPrivateKey(JSON.stringify({ keys: [jwk] }, undefined, 2)))
      ok(holdsPrivateKey(JSON.stringify({ note: text })))
      ok(holdsPrivateKey(`var a={kty:"EC",crv:"P-256",d:"${jwk.d ?? ''}"};`))
      ok(holdsPrivateKey(['-----BEGIN EC PRIVATE KEY', '-----\nAAAA'].join('')))
    })

    it('and a public key is not taken for one', () => {
      ok(!holdsPrivateKey(renderJwks(running)))
      ok(!holdsPrivateKey('<svg><path d="M0 0"/></svg> const k = "x"'))
    })
  })

  describe('have a timetable', () => {
    it('rotation every 90 days, the next standby on the same day, removal 48 h later', () => {
      const steps = planRotation(running, at(50 * HOUR), at(100 * DAY))
      deepEqual(
        steps.map(({ at: when, action, kid }) => [when, action, kid]),
        [
          [at(92 * DAY), 'promote', second.kid],
          [at(92 * DAY), 'generate', null],
          [at(94 * DAY), 'retire', first.kid],
        ],
      )
    })

    it('asks for a standby today when there is none', () =>
      deepEqual(planRotation(running.slice(0, 1), at(50 * HOUR), at(3 * DAY))[0], {
        at: at(50 * HOUR),
        action: 'generate',
        kid: null,
        why: 'standby_missing',
      }))

    it('never plans a promotion before its wait', () => {
      const late = [running[0]!, { ...second, pending: at(92 * DAY - HOUR) }]
      const promote = planRotation(late, at(92 * DAY - HOUR), at(100 * DAY)).find(
        ({ action }) => action === 'promote',
      )
      equal(promote?.at, at(94 * DAY - HOUR))
    })
  })
})
