/** Limits of one check run, each with its unit in its name and its reason beside it. */

/** A run as a whole; less than the shortest sensible interval, so that runs never overlap. */
export const RUN_TIMEOUT_MS = 50_000

/** Targets asked at once: kind to a small host, and enough that twenty targets take seconds. */
export const CONCURRENT_TARGETS = 8

/** Addresses of one host that are asked separately: two families, two edges each. */
export const MAX_ADDRESSES = 4

/** Before a failed target is asked once more in the same run: a lost packet, not an outage. */
export const RETRY_DELAY_MS = 2000

/** Far above any page of this site; what is larger is not that page. */
export const MAX_PAGE_BYTES = 262_144

/** Index, feed and schema grow with the versions; a thousand versions stay below. */
export const MAX_FILE_BYTES = 1_048_576

/** What consent pages may be expected to load and keep. */
export const MAX_LOGO_BYTES = 102_400

/** ACME clients renew at one third of the lifetime left, so less means a failed renewal. */
export const CERTIFICATE_SHARES = { late: 1 / 3, critical: 1 / 6 } as const

/** A late renewal with less than a weekend and a Monday left, whatever the share. */
export const CERTIFICATE_CRITICAL_MS = 3 * 86_400_000

/** How long after a publication edges may still have the version before it: twice the documents' max-age. */
export const PROPAGATION_MS = 1_200_000
