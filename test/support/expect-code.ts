import { equal, fail } from 'node:assert/strict'
import { isSignInError, type SignInErrorCode, type SignInErrorDetails } from '@signet/core'

/** Waits for a failure, checks its code, and returns its detail. Words are never compared. */
export async function expectCode<C extends SignInErrorCode>(
  attempt: Promise<unknown> | (() => unknown),
  code: C,
): Promise<SignInErrorDetails[C]> {
  try {
    await (typeof attempt === 'function' ? attempt() : attempt)
  } catch (error) {
    if (!isSignInError(error)) throw error
    equal(error.code, code)
    return error.detail as SignInErrorDetails[C]
  }
  return fail(`expected ${code}, and nothing failed`)
}
