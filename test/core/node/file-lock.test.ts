import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileLock } from '@signet/core/node'
import { expectCode } from '../../support/expect-code.ts'

const { signal } = new AbortController()
const TIMING = { beatMs: 2_000, silentMs: 30_000 }
const HOUR_MS = 3_600_000

describe('The lock between processes (A6.41)', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'signet-lock-'))
  })
  afterEach(async () => await rm(directory, { recursive: true, force: true }))

  /** The one lock of these tests, as long as somebody is in it. */
  async function place(): Promise<string> {
    const names = (await readdir(directory)).filter((name) => !name.includes('.'))
    equal(names.length, 1)
    return join(directory, names[0] ?? '')
  }

  /** Makes the holder's last sign of life this old. */
  async function age(ms: number): Promise<void> {
    const then = (Date.now() - ms) / 1000
    await utimes(await place(), then, then)
  }

  /** Somebody who has entered and stays until told to go. */
  async function holder(): Promise<{ readonly go: () => Promise<void> }> {
    const held = Promise.withResolvers<undefined>()
    const entered = Promise.withResolvers<undefined>()
    const done = fileLock(directory, TIMING)('x', signal, async () => {
      entered.resolve(undefined)
      await held.promise
    })
    await entered.promise
    return {
      go: async () => {
        held.resolve(undefined)
        await done
      },
    }
  }

  /** Time that passes only by being waited for. `waits` gets each wait, and what happens during it. */
  function waitingClock(during: (waits: number) => Promise<void>) {
    const waits: number[] = []
    const sleep = async (ms: number) => {
      waits.push(ms)
      await during(waits.length)
    }
    return { waits, clock: { now: Date.now, sleep } }
  }

  it('lets one in at a time', async () => {
    const first = await holder()
    const order: string[] = []
    const second = fileLock(directory)('x', signal, async () => void order.push('second'))
    order.push('first')
    await first.go()
    await second
    deepEqual(order, ['first', 'second'])
  })

  it('lets one in at a time, of many who come at once', async () => {
    let inside = 0
    let most = 0
    const visits = Array.from({ length: 25 }, async () => {
      await fileLock(directory)('x', signal, async () => {
        inside += 1
        most = Math.max(most, inside)
        await setImmediate()
        inside -= 1
      })
    })
    await Promise.all(visits)
    equal(most, 1)
    deepEqual(await readdir(directory), [], 'nothing is left behind')
  })

  it('holds nobody up who wants something else', async () => {
    const first = await holder()
    equal(await fileLock(directory)('y', signal, async () => 'in'), 'in')
    await first.go()
  })

  it('is free again after a task that failed', async () => {
    const failure = new Error('the task')
    const failing = fileLock(directory)('x', signal, async () => await Promise.reject(failure))
    equal(await failing.catch((error: unknown) => error), failure)
    equal(await fileLock(directory)('x', signal, async () => 'in'), 'in')
  })

  it('lets a waiting person go', async () => {
    const cancelled = new AbortController()
    await fileLock(directory)('x', signal, async () => {
      const waiting = fileLock(directory)('x', cancelled.signal, async () => undefined)
      cancelled.abort()
      await expectCode(waiting, 'cancelled')
    })
  })

  it('says so where it cannot be had', async () => {
    await writeFile(join(directory, 'file'), '')
    const lock = fileLock(join(directory, 'file', 'below'))
    await expectCode(
      lock('x', signal, async () => undefined),
      'store_unavailable',
    )
  })

  it('is taken over at once from a process that was killed', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', HOLDER, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'close')
    const { waits, clock } = waitingClock(async () => undefined)
    equal(await fileLock(directory, TIMING, clock)('x', signal, async () => 'mine'), 'mine')
    deepEqual(waits, [])
  })

  it('is not taken from a holder that lives, however old its last sign of life (suspended laptop)', async () => {
    const first = await holder()
    let order = ''
    const { clock } = waitingClock(async (waits) => {
      await age(waits * HOUR_MS)
      if (waits < 20) return
      order += 'holder '
      await first.go()
    })
    await fileLock(directory, TIMING, clock)('x', signal, async () => void (order += 'waiter'))
    equal(order, 'holder waiter')
  })

  it('is taken from a holder nobody can ask after, once it has been silent while others waited', async () => {
    await foreignHolder()
    const { waits, clock } = waitingClock(async () => undefined)
    equal(await fileLock(directory, TIMING, clock)('x', signal, async () => 'mine'), 'mine')
    const waited = waits.reduce((sum, wait) => sum + wait, 0)
    ok(waited > TIMING.silentMs && waited < TIMING.silentMs + 1_000, String(waited))
  })

  it('is left to such a holder as long as it shows life, and then says so', async () => {
    await foreignHolder()
    const { clock } = waitingClock(async (waits) => await age(waits * 10))
    const waiting = fileLock(directory, TIMING, clock)('x', signal, async () => undefined)
    await expectCode(waiting, 'store_unavailable')
  })

  it('is left alone by one who was put out of it', async () => {
    const first = await holder()
    const { clock } = waitingClock(async () => undefined)
    // Silent for longer than anybody waits: nothing tells this holder from a dead one.
    await fileLock(directory, TIMING, clock)('x', signal, async () => {
      const [successor] = await readdir(await place())
      await first.go()
      deepEqual(await readdir(await place()), [successor])
    })
  })

  it('names its holder by machine and process, and by nothing else', async () => {
    const first = await holder()
    match((await readdir(await place())).join(), /^[0-9a-f]{12}-\d+-[0-9a-f]{16}$/)
    await first.go()
  })

  /** In the lock 'x' from another machine, as over a shared folder. */
  async function foreignHolder(): Promise<void> {
    await fileLock(directory)('x', signal, async () => {
      const own = await place()
      await mkdir(`${own}.copy`)
      await writeFile(join(`${own}.copy`, `000000000000-${process.pid}-0000000000000000`), '')
    })
    const [copy] = await readdir(directory)
    ok(copy)
    await rename(join(directory, copy), join(directory, copy.replace('.copy', '')))
  }
})

/** Enters and says so; ends only by being ended. */
const HOLDER = `
  import { fileLock } from '@signet/core/node'
  await fileLock(process.argv[1])('x', new AbortController().signal, async () => {
    console.log('in')
    await new Promise(() => setInterval(() => undefined, 1000))
  })
`
