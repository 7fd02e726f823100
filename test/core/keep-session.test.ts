import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { keepSession } from '../../extension/core/src/keep-session.ts'
import { nameAccount } from '../../extension/core/src/name-account.ts'
import { createSessionStore } from '../../extension/core/src/session-store.ts'
import { SESSION_FORMAT_VERSION, type Session } from '../../extension/core/src/session.ts'
import { memoryLock, memorySecrets, randomToken } from '../support/fake-ports.ts'
import { sessionInfoOf } from '../support/session-info.ts'

const { signal } = new AbortController()

/** What a sign-in brought; its id is new. */
function obtained(change: Partial<Session> = {}): Session {
  const { renewable: _renewable, ...info } = sessionInfoOf({ accountKey: 'ada' })
  return {
    ...info,
    formatVersion: SESSION_FORMAT_VERSION,
    id: randomToken(),
    accessToken: 'the-access-token',
    tokenType: 'bearer',
    refreshToken: 'the-refresh-token',
    proofKey: undefined,
    ...change,
  }
}

/** Two windows of one editor: one store, one lock. */
function twoWindows() {
  const secrets = memorySecrets()
  const lock = memoryLock()
  const open = () => ({ lock, sessions: createSessionStore(secrets) })
  return { lock, one: open(), two: open() }
}

describe('Keeping what a sign-in brought (C3, C5)', () => {
  it('ends with one session when two windows sign the same account in at once', async () => {
    const { one, two } = twoWindows()
    const [first, second] = await Promise.all([
      keepSession(one, obtained(), undefined, signal),
      keepSession(two, obtained(), undefined, signal),
    ])
    equal(first.id, second.id)
    equal((await one.sessions.list()).length, 1)
  })

  it('keeps other accounts, and accounts nobody named, apart', async () => {
    const { one } = twoWindows()
    for (const accountKey of ['ada', 'grace', undefined, undefined])
      await keepSession(one, obtained({ accountKey }), undefined, signal)
    equal((await one.sessions.list()).length, 4)
  })

  it('keeps what another client of this program was given for the same account', async () => {
    const { one } = twoWindows()
    for (const clientId of ['https://a.test/1.json', 'https://a.test/2.json'])
      await keepSession(one, obtained({ clientId }), undefined, signal)
    equal((await one.sessions.list()).length, 2)
  })

  it('keeps the name a person gave when the account signs in again', async () => {
    const { one } = twoWindows()
    const opaque = { accountKey: undefined, accountLabel: undefined }
    const { id } = await keepSession(one, obtained(opaque), undefined, signal)
    const named = await nameAccount(one, id, '  work ', signal)
    await keepSession(one, obtained(opaque), undefined, signal)
    await keepSession(one, obtained(opaque), named, signal)
    deepEqual(
      (await one.sessions.list()).map(({ accountLabel }) => accountLabel),
      ['work', undefined],
    )
  })

  it('puts nothing in the place of another server’s session, whatever a caller says of it (A6.42)', async () => {
    const { one } = twoWindows()
    const elsewhere = {
      server: 'https://elsewhere.test/mcp',
      resource: 'https://elsewhere.test/mcp',
    }
    const other = await keepSession(one, obtained(elsewhere), undefined, signal)
    const forged = { ...sessionInfoOf({ accountKey: 'ada' }), id: other.id }
    const kept = await keepSession(one, obtained(), forged, signal)
    notEqual(kept.id, other.id)
    equal((await one.sessions.load(other.id))?.server, elsewhere.server)
  })

  it('does not bring an old name back with a refresh under way', async () => {
    const { one, two, lock } = twoWindows()
    const { id } = await keepSession(one, obtained(), undefined, signal)
    const refreshing = Promise.withResolvers<undefined>()
    const refresh = lock(`refresh/${id}`, signal, async () => {
      const session = await two.sessions.load(id)
      await refreshing.promise
      if (session !== undefined) await two.sessions.save(session)
    })
    const naming = nameAccount(one, id, 'work', signal)
    await new Promise(setImmediate)
    refreshing.resolve(undefined)
    await Promise.all([refresh, naming])
    equal((await one.sessions.load(id))?.accountLabel, 'work')
  })

  it('is not overwritten by a refresh of the session it replaces', async () => {
    const { one, two, lock } = twoWindows()
    const { id } = await keepSession(one, obtained(), undefined, signal)
    const refreshing = Promise.withResolvers<undefined>()
    const refresh = lock(`refresh/${id}`, signal, async () => {
      await refreshing.promise
      await two.sessions.save(obtained({ id, refreshToken: 'refreshed' }))
    })
    const kept = keepSession(one, obtained({ refreshToken: 'signed-in' }), undefined, signal)
    await new Promise(setImmediate)
    refreshing.resolve(undefined)
    await Promise.all([refresh, kept])
    equal((await one.sessions.load(id))?.refreshToken, 'signed-in')
  })

  it('is not deleted by a sign-out of the session it replaces', async () => {
    const { one, two, lock } = twoWindows()
    const { id } = await keepSession(one, obtained(), undefined, signal)
    const revoking = Promise.withResolvers<undefined>()
    const signOut = lock(`refresh/${id}`, signal, async () => {
      await revoking.promise
      await two.sessions.delete(id)
    })
    const kept = keepSession(one, obtained(), undefined, signal)
    await new Promise(setImmediate)
    revoking.resolve(undefined)
    await Promise.all([signOut, kept])
    deepEqual(
      (await one.sessions.list()).map((session) => session.id),
      [id],
    )
  })
})
