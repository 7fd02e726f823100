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

/** Looking from elsewhere through a public service, which gives this away for free. */
export const VANTAGE = {
  /**
   * Authorization servers ask from data centres, each on its side of a content network; one home network tells a
   * block of data centres from an outage. Four places for four targets every ten minutes are 96 tests an hour,
   * and without a token 250 are allowed.
   */
  places: [
    { continent: 'EU', tags: ['datacenter-network'], limit: 1 },
    { continent: 'NA', tags: ['datacenter-network'], limit: 1 },
    { continent: 'AS', tags: ['datacenter-network'], limit: 1 },
    { tags: ['eyeball-network'], limit: 1 },
  ],
  /** More than were asked for is not what was asked for. */
  maxPlaces: 4,
  /** Documents and keys only: what is read by servers, and small enough to come back whole. */
  maxTargets: 4,
  /** One failing place is its own network's trouble more often than ours. */
  quorum: 2,
  /** Twice the shortest pause that the service allows. */
  pollMs: 1000,
  /** A place gives up after ten seconds; three times that is a service that hangs. */
  maxPolls: 30,
  timeoutMs: 40_000,
  /** Four places with 10,000 characters of body and their header fields stay far below. */
  maxAnswerBytes: 524_288,
} as const
