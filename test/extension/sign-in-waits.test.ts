import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createSignInWaits } from '../../extension/src/sign-in-waits.ts'
import { sessionInfoOf } from '../support/session-info.ts'

const SERVER = 'https://mcp.service.test/mcp'

describe('Sign-ins under way in a window', () => {
  it('can be found while they last, and only then', async () => {
    const counts: number[] = []
    const waits = createSignInWaits((count) => void counts.push(count))
    const session = await waits.during(SERVER, async (wait) => {
      equal(waits.find(wait.id), wait)
      equal(waits.forServer(SERVER), wait)
      equal(waits.forServer(`${SERVER}/`), undefined, 'compared as strings')
      return sessionInfoOf({})
    })
    equal(session.id, 'the-session')
    deepEqual(counts, [1, 0])
    equal(waits.forServer(SERVER), undefined)
  })

  it('hand their session to whoever asks for the same one', async () => {
    const waits = createSignInWaits(() => undefined)
    let along: Promise<unknown> | undefined
    await waits.during(SERVER, async (wait) => {
      along = wait.result
      return sessionInfoOf({ id: 'shared' })
    })
    equal(((await along) as { id: string }).id, 'shared')
  })

  it('end with their failure, and close what is shown for them', async () => {
    const waits = createSignInWaits(() => undefined)
    let ended: AbortSignal | undefined
    const failing = waits.during(SERVER, async (wait) => {
      ended = wait.ended
      throw new Error('refused')
    })
    await rejects(failing, /refused/)
    equal(ended?.aborted, true)
    deepEqual(waits.all(), [])
  })
})
