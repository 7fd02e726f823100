import type { TraceSink } from './trace.ts'

/**
 * Everything the core asks of its host. The editor, the terminal and the conformance client are three
 * sets of these; the core itself reads no clock, no network, no storage and no setting.
 */

/**
 * One HTTP request. Implementations never follow redirects, never send cookies, and reject with the
 * abort reason when `signal` fires, during name resolution too. Size and time limits are applied by the core (`bounded-fetch.ts`).
 */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>

export interface FetchInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly signal: AbortSignal
  /**
   * Hostname of the MCP server that led to this request. An implementation that resolves names refuses with
   * `endpoint_insecure` when the URL's leads where this server may not (`mayName`). Absent: the person's own
   * word.
   */
  readonly namedBy?: string
}

export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  readonly now: () => number
  /** A signal that aborts with a `TimeoutError` after `ms` milliseconds. */
  readonly timeout: (ms: number) => AbortSignal
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** A fresh string of at least 256 random bits in the base64url alphabet. */
export type RandomToken = () => string

/** Confidential key-value storage, shared by all windows and processes of one user. */
export interface SecretStore {
  readonly keys: () => Promise<readonly string[]>
  readonly get: (key: string) => Promise<string | undefined>
  readonly set: (key: string, value: string) => Promise<void>
  readonly delete: (key: string) => Promise<void>
  /** Calls `listener` with the key after any window or process changed it. Returns the unsubscribe. */
  readonly onDidChange: (listener: (key: string) => void) => () => void
}

/** Opens the system browser. Resolves false when the person declined or no browser could be opened. */
export type OpenBrowser = (url: string) => Promise<boolean>

/** Runs `task` while no other window or process of this user runs one with the same `name`. */
export type Lock = <T>(name: string, signal: AbortSignal, task: () => Promise<T>) => Promise<T>

/** Answers which of several authorization servers to use (RFC 9728 section 7.6). Undefined: nobody chose. */
export type ChooseIssuer = (
  issuers: readonly string[],
  signal: AbortSignal,
) => Promise<string | undefined>

export interface CorePorts {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly randomToken: RandomToken
  readonly secrets: SecretStore
  readonly lock: Lock
  readonly openBrowser: OpenBrowser
  readonly chooseIssuer: ChooseIssuer
  readonly trace: TraceSink
}
