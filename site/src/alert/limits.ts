/** Limits of telling people, each with its unit in its name and its reason beside it. */

/** One request to a channel: they answer in well under a second, or they are down. */
export const ALERT_TIMEOUT_MS = 10_000

/** Between tries in one run; then the next run tries again. */
export const RETRY_DELAYS_MS = [1000, 4000, 15_000] as const

/** Changes older than this are history, not news, for instance to a channel that was added today. */
export const NEWS_MS = 24 * 3_600_000

/** Issues looked through for one that is open already: far more than incidents a day. */
export const ISSUES_PER_PAGE = 100
