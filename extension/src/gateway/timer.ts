/** Calls `then` after `ms` milliseconds, unless the returned function is called first. */
export type After = (ms: number, then: () => void) => () => void
