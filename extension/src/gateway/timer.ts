/** Calls `then` after `ms` milliseconds, unless the returned function is called first. */
export type After = (ms: number, then: () => void) => () => void

/** The machine's timers. A waiting one does not keep the process alive. */
export const systemAfter: After = (ms, then) => {
  const timer = setTimeout(then, ms).unref()
  return () => clearTimeout(timer)
}
