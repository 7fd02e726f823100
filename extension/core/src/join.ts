import { SignInError } from './errors.ts'

/**
 * Runs at most one task per key; whoever asks while it runs gets the same result.
 * `whenAllLeave: 'abort'` cancels the task once every caller has cancelled; `'finish'` lets it end, for
 * work that must not stop half-way.
 */
export type Join<T> = (
  key: string,
  signal: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
) => Promise<T>

/** A join with no run under way. `whenAllLeave`: what becomes of a run that nobody waits for any more. */
export function createJoin<T>(whenAllLeave: 'abort' | 'finish'): Join<T> {
  const running = new Map<
    string,
    { readonly result: Promise<T>; readonly leave: () => void; callers: number }
  >()

  return async (key, signal, task) => {
    if (signal.aborted) throw new SignInError('cancelled', {}, { cause: signal.reason })
    let entry = running.get(key)
    if (entry === undefined) {
      const controller = new AbortController()
      const started = {
        result: task(controller.signal),
        leave: () => controller.abort(),
        callers: 0,
      }
      const end = () => {
        if (running.get(key) === started) running.delete(key)
      }
      started.result.then(end, end)
      running.set(key, started)
      entry = started
    }
    const joined = entry
    joined.callers += 1
    return await new Promise<T>((resolve, reject) => {
      const leave = () => {
        joined.callers -= 1
        if (joined.callers === 0 && whenAllLeave === 'abort') {
          // A new caller must start afresh instead of joining a task that is being cancelled.
          if (running.get(key) === joined) running.delete(key)
          joined.leave()
        }
        reject(new SignInError('cancelled', {}, { cause: signal.reason }))
      }
      signal.addEventListener('abort', leave, { once: true })
      joined.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
    })
  }
}
