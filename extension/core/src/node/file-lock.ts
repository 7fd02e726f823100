import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SignInError } from '../errors.ts'
import type { Clock, Lock } from '../ports.ts'
import { hasEnded, ownerName } from './lock-owner.ts'
import { leave, lookAt, occupy, putOut, showLife, type Holder } from './lock-place.ts'

export interface LockTiming {
  /** A living holder says so this often. */
  readonly beatMs: number
  /** Whoever has waited this long, awake, without a sign of life takes a holder for dead. */
  readonly silentMs: number
}

/** Far longer than the busiest machine keeps a timer waiting, and shorter than MAX_WAIT_MS. */
const TIMING: LockTiming = { beatMs: 2_000, silentMs: 30_000 }
/** Holders are quick; a refresh takes as long as its request. */
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 250
/** Longer than what is done under a lock: at the slowest three questions for metadata and two with a token. */
const MAX_WAIT_MS = 120_000

/** Unlike the core's clock, this one keeps a process alive: who waits for a lock has work to do. */
const CLOCK: Pick<Clock, 'now' | 'sleep'> = {
  now: () => Date.now(),
  sleep: async (ms, signal) => await delay(ms, undefined, { signal }),
}

/**
 * A Lock across processes, one folder per name in `directory`. A holder whose process has ended is put out at
 * once, and its successor reads the store again, so nothing stale is used. One whose process lives is left
 * alone however old its last sign of life is: only what a waiter has itself waited counts as silence, so
 * neither a suspended laptop, nor a starved machine, nor a changed clock lets two in.
 * The returned function throws `cancelled`, and `store_unavailable` when the lock cannot be had.
 */
export function fileLock(
  directory: string,
  timing = TIMING,
  clock: Pick<Clock, 'now' | 'sleep'> = CLOCK,
): Lock {
  return async (name, signal, task) => {
    const place = join(directory, createHash('sha256').update(name).digest('hex').slice(0, 32))
    const owner = ownerName()
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      await enter(place, owner, timing, clock, signal)
    } catch (error) {
      if (signal.aborted) throw new SignInError('cancelled', {}, { cause: signal.reason })
      throw new SignInError('store_unavailable', { operation: 'write' }, { cause: error })
    }
    // Who cannot show life is found to live by its process.
    const beat = () => void showLife(place, new Date(clock.now())).catch(() => undefined)
    const heart = setInterval(beat, timing.beatMs).unref()
    try {
      return await task()
    } finally {
      clearInterval(heart)
      // Whoever comes next finds out by itself that this holder has ended.
      await leave(place, owner).catch(() => undefined)
    }
  }
}

async function enter(
  place: string,
  owner: string,
  { silentMs }: LockTiming,
  clock: Pick<Clock, 'now' | 'sleep'>,
  signal: AbortSignal,
): Promise<void> {
  let seen: Holder | undefined
  let waited = 0
  let heardAt = 0
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.2, LONGEST_WAIT_MS)) {
    signal.throwIfAborted()
    const holder = await lookAt(place)
    const alike = holder !== undefined && holder.owner === seen?.owner && holder.beat === seen.beat
    if (!alike) heardAt = waited
    seen = holder
    const silent = waited - heardAt > silentMs
    const gone = holder !== undefined && (silent || hasEnded(holder.owner))
    if (gone) await putOut(place, holder.owner, clock.now())
    if ((gone || holder === undefined) && (await occupy(place, owner))) return
    if (waited > MAX_WAIT_MS) throw new Error('the lock is held by somebody who lives')
    await clock.sleep(wait, signal)
    waited += wait
  }
}
