/** Every limit of the core: the unit is in the name, the reason beside it. */

/** Metadata, registration and token answers are a few KB; 256 KB leaves room for the largest seen. */
export const MAX_RESPONSE_BYTES = 262_144

/** A resource has one authorization server, rarely two; each of them is asked by `diagnose`, and shown to people. */
export const MAX_AUTHORIZATION_SERVERS = 16

/** One metadata, registration or token request. Slow serverless cold starts take up to about 10 s. */
export const REQUEST_TIMEOUT_MS = 20_000

/** A person finds the password manager, the second factor and the right account. */
export const REDIRECT_TIMEOUT_MS = 300_000

/** Between two questions whether the other device has answered, when the server names no interval (RFC 8628 section 3.2). */
export const DEVICE_POLL_MS = 5_000
/** Added after each `slow_down` (RFC 8628 section 3.5). */
export const DEVICE_SLOW_DOWN_MS = 5_000
/** A server that names a longer interval than this would look as if nothing happened. */
export const MAX_DEVICE_POLL_MS = 60_000
/** Nobody looks at a code for longer, whatever its server says. */
export const MAX_DEVICE_WAIT_MS = 1_800_000

/** A token said to live longer is taken to live this long: beyond it dates stop being dates. */
export const MAX_TOKEN_LIFETIME_MS = 315_360_000_000

/** A refresh happens this long before expiry, so that a request under way does not meet it. */
export const EXPIRY_LEEWAY_MS = 60_000

/** A revocation that could not be done is tried again for this long; unused refresh tokens end by themselves. */
export const MAX_LATE_REVOCATION_MS = 604_800_000

/** After the second failure in a row to reach the server; a person notices nothing shorter. */
export const FIRST_RETRY_PAUSE_MS = 2_000
/** Pauses double up to this: whoever is back online does not wait longer. */
export const MAX_RETRY_PAUSE_MS = 60_000

/** At most this many sign-ins for one request (MCP scope challenge handling; conformance allows 3). */
export const MAX_AUTHORIZATION_ATTEMPTS = 3

/** Discovery answers are reused for at least this long whatever their headers say... */
export const MIN_DISCOVERY_FRESHNESS_MS = 0
/** ...and never longer than this, so that a moved authorization server is noticed within the hour. */
export const MAX_DISCOVERY_FRESHNESS_MS = 3_600_000
/** Used when an answer has no freshness of its own: an hour's token is then renewed by one request. */
export const DEFAULT_DISCOVERY_FRESHNESS_MS = 3_600_000

/** A callback parameter longer than this is an attack or an accident; codes and states are far shorter. */
export const MAX_CALLBACK_PARAMETER_CHARS = 4_096

/** Text in an error's detail is cut here: a URL or an error code of a server is shorter, and logs keep it. */
export const MAX_ERROR_TEXT_CHARS = 1_000
