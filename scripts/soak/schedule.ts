/** What one process of a soak does, and what is done to it. Plain data: it crosses a process boundary. */
export interface WorkerPlan {
  readonly operations: readonly Operation[]
  /** Added to the real time; each process has its own idea of it. */
  readonly clockOffsetMs: number
  /** The process kills itself (SIGKILL) at the n-th use of a port; undefined: it lives. */
  readonly killAt: number | undefined
  /** What happens to the n-th HTTP request, by n. */
  readonly network: readonly NetworkFault[]
}

export interface Operation {
  readonly kind: 'access' | 'rejected' | 'sign-in' | 'sign-out'
  /** Index into the schedule's accounts. */
  readonly account: number
  readonly pauseMs: number
  /** A step of this process's clock before the operation. */
  readonly clockStepMs: number
}

/** `lost-answer`: the server acts, and nobody hears of it. */
export type NetworkFault = 'none' | 'slow' | 'cut' | 'lost-answer'

export interface Schedule {
  readonly seed: number
  readonly accounts: readonly string[]
  /** One list per process slot; when one process has been killed, the next takes its place. */
  readonly slots: readonly (readonly WorkerPlan[])[]
}

const OPERATIONS = 6
const HOUR_MS = 3_600_000

/** The same seed gives the same schedule, always. Pure. */
export function createSchedule(seed: number): Schedule {
  const random = generator(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const accounts = Array.from(
    { length: 1 + below(2) },
    (_, index) => `person-${seed}-${index}@example.test`,
  )
  const operation = (): Operation => {
    const dice = random()
    return {
      kind: dice < 0.6 ? 'access' : dice < 0.85 ? 'rejected' : dice < 0.94 ? 'sign-in' : 'sign-out',
      account: below(accounts.length),
      pauseMs: below(30),
      // Forward makes tokens old, backward makes old tokens look young.
      clockStepMs: random() < 0.4 ? (below(5) - 1) * HOUR_MS : 0,
    }
  }
  const fault = (): NetworkFault => {
    const dice = random()
    if (dice < 0.78) return 'none'
    return dice < 0.9 ? 'slow' : dice < 0.96 ? 'cut' : 'lost-answer'
  }
  const plan = (mayDie: boolean): WorkerPlan => ({
    operations: Array.from({ length: 1 + below(OPERATIONS) }, operation),
    clockOffsetMs: (below(5) - 2) * HOUR_MS,
    killAt: mayDie && random() < 0.5 ? 1 + below(60) : undefined,
    network: Array.from({ length: 40 }, fault),
  })
  const slots = Array.from({ length: 2 + below(3) }, () => [plan(true), plan(false)])
  return { seed, accounts, slots }
}

/** Mulberry32: small, fast, and the same on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
