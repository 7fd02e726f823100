import { isSignInError, SignInError, type Challenge, type SessionInfo } from '@signet/core'
import { EditorGone } from './body.ts'
import { PERSON_TIMEOUT_MS, QUIET_AFTER_REFUSAL_MS } from './limits.ts'
import type { After } from './timer.ts'

export interface StepUpPorts {
  /** One notification and, when the person agrees, the sign-in behind it. Undefined: they said no. */
  readonly ask: (session: SessionInfo, challenge: Challenge) => Promise<SessionInfo | undefined>
  readonly now: () => number
  readonly after: After
}

/** Waits for a person to grant what a challenge asks for. Throws `step_up_refused`, `EditorGone`. */
export type StepUp = (
  session: SessionInfo,
  challenge: Challenge,
  signal: AbortSignal,
) => Promise<SessionInfo>

/**
 * Asks a person on behalf of requests that wait: one question per session however many requests there are,
 * `PERSON_TIMEOUT_MS` for each of them, and quiet for a while after a no (MCP scope challenge handling). A
 * question outlives the requests, so a late yes helps the next one. Another account than the session's is
 * a no: its token would go out under the wrong name.
 */
export function createStepUp(ports: StepUpPorts): StepUp {
  const asked = new Map<string, Promise<SessionInfo | undefined>>()
  const quietUntil = new Map<string, number>()

  const ask = async (session: SessionInfo, challenge: Challenge) => {
    let granted: SessionInfo | undefined
    try {
      granted = await ports.ask(session, challenge)
    } finally {
      asked.delete(session.id)
      if (granted?.id !== session.id)
        quietUntil.set(session.id, ports.now() + QUIET_AFTER_REFUSAL_MS)
    }
    return granted?.id === session.id ? granted : undefined
  }

  return async (session, challenge, signal) => {
    const refused = (cause?: unknown) =>
      new SignInError(
        'step_up_refused',
        { server: session.server, scopes: challenge.scopes ?? [] },
        { cause },
      )
    let question = asked.get(session.id)
    if (question === undefined) {
      if (ports.now() < (quietUntil.get(session.id) ?? 0)) throw refused()
      question = ask(session, challenge)
      // Everyone who waits may have left before it fails.
      question.catch(() => undefined)
      asked.set(session.id, question)
    }
    try {
      const granted = await within(ports.after, question, signal)
      if (granted !== undefined) return granted
    } catch (error) {
      if (error instanceof EditorGone || !isSignInError(error)) throw error
      throw refused(error)
    }
    throw refused()
  }
}

/** The answer, or undefined when it takes too long. */
async function within<T>(after: After, answer: Promise<T>, signal: AbortSignal) {
  return await new Promise<T | undefined>((resolve, reject) => {
    const settle = () => {
      cancelTimer()
      signal.removeEventListener('abort', leave)
    }
    const cancelTimer = after(PERSON_TIMEOUT_MS, () => {
      settle()
      resolve(undefined)
    })
    const leave = () => {
      settle()
      reject(new EditorGone())
    }
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    answer.then(resolve, reject).finally(settle)
  })
}
