/** Every limit of the gateway: the unit is in the name, the reason beside it. */

/** Of a request's header fields: MCP's are a few hundred bytes; Node.js answers longer ones with 431. */
export const MAX_HEADER_BYTES = 16_384

/** The editor is on this machine: header fields that take longer are not the editor's. */
export const HEADERS_TIMEOUT_MS = 10_000

/** Longer than the editor keeps idle connections itself, so that the gateway never closes one under it. */
export const IDLE_CONNECTION_MS = 75_000

/** The editor needs a few connections per server; this leaves room for 1,000 open streams. */
export const MAX_CONNECTIONS = 4_096

/** Bodies up to here are held until they are answered, so that they can be sent again. Tool calls fit. */
export const REPLAY_BODY_BYTES = 1_048_576

/** The longest body that is passed on at all: a tool call with several pictures in it. */
export const MAX_BODY_BYTES = 67_108_864

/** Until a server's header fields. The editor itself stops waiting after 300 s, and then knows no reason. */
export const ANSWER_TIMEOUT_MS = 280_000

/** A request waits this long for a person; less than the editor waits for the request. */
export const PERSON_TIMEOUT_MS = 240_000

/** After a person has said no, nobody is asked again for this long: agents repeat themselves. */
export const QUIET_AFTER_REFUSAL_MS = 60_000

/** When to try again after an answer that cannot name a request. */
export const RETRY_AFTER_SECONDS = 5

/** A cached token is renewed this long before it expires, or half-way through a shorter life. */
export const RENEWAL_LEEWAY_MS = 60_000
