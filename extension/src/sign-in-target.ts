import type { Challenge, SessionInfo } from '@signet/core'

/** What to sign in to; from the palette nothing is known yet. */
export interface SignInTarget {
  readonly serverUrl: string | undefined
  readonly previous: SessionInfo | undefined
  /** What the server has just asked for; undefined: it is asked first. */
  readonly challenge: Challenge | undefined
  /** With an account that is not signed in here yet. */
  readonly anotherAccount?: boolean
  /** What another extension wants to be allowed, beside what the settings name. */
  readonly scopes?: readonly string[]
}

/** A target whose server is known. */
export type KnownTarget = SignInTarget & { readonly serverUrl: string }
