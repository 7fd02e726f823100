import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileLock } from '@signet/core/node'
import { expectCode } from '../../support/expect-code.ts'

const { signal } = new AbortController()
const TIMING = { staleMs: 10_000, updateMs: 2_000 }
const HOUR_MS = 3_600_000

describe('The lock between processes (A6.41)', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'signet-lock-'))
  })
  afterEach(async () => await rm(directory, { recursive: true, force: true }))

  /** Makes the holder's last sign of life this old. */
  async function age(ms: number): Promise<void> {
    const [file] = await readdir(directory)
    ok(file)
    const then = (Date.now() - ms) / 1000
    await utimes(join(directory, file), then, then)
  }

  it('lets one in at a time', async () => {
    const order: string[] = []
    const held = Promise.withResolvers<undefined>()
    const entered = Promise.withResolvers<undefined>()
    const first = fileLock(directory)('x', signal, async () => {
      entered.resolve(undefined)
      await held.promise
      order.push('first')
    })
    await entered.promise
    const second = fileLock(directory)('x', signal, async () => void order.push('second'))
    held.resolve(undefined)
    await Promise.all([first, second])
    deepEqual(order, ['first', 'second'])
  })

  it('lets a waiting person go', async () => {
    const cancelled = new AbortController()
    await fileLock(directory)('x', signal, async () => {
      const waiting = fileLock(directory)('x', cancelled.signal, async () => undefined)
      cancelled.abort()
      await expectCode(waiting, 'cancelled')
    })
  })

  it('is taken over from the dead', async () => {
    const held = Promise.withResolvers<undefined>()
    const entered = Promise.withResolvers<undefined>()
    const dead = fileLock(directory)('x', signal, async () => {
      entered.resolve(undefined)
      await held.promise
    })
    await entered.promise
    await age(HOUR_MS)
    equal(await fileLock(directory)('x', signal, async () => 'mine'), 'mine')
    held.resolve(undefined)
    await dead
  })

  it('is not taken from a holder that slept as long as the one who waits (suspended laptop)', async () => {
    const held = Promise.withResolvers<undefined>()
    const entered = Promise.withResolvers<undefined>()
    let order = ''
    const holder = fileLock(directory, TIMING)('x', signal, async () => {
      entered.resolve(undefined)
      await held.promise
      order += 'holder '
    })
    await entered.promise
    let now = Date.now()
    const waits: number[] = []
    const clock = {
      now: () => now,
      sleep: async (ms: number) => {
        waits.push(ms)
        if (waits.length === 1) {
          // The lid closes and opens: an hour has passed for both.
          await age(HOUR_MS)
          now += HOUR_MS
        } else {
          // The holder, awake again, shows life; then it finishes.
          await age(0)
          held.resolve(undefined)
          await holder
        }
      },
    }
    await fileLock(directory, TIMING, clock)('x', signal, async () => void (order += 'waiter'))
    equal(order, 'holder waiter')
    equal(waits[1], 2 * TIMING.updateMs)
  })
})
