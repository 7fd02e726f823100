/** Every limit on a document and on reading one: the unit is in the name, the reason beside it. */

/** What servers read of a document and not a byte more (CIMD section 8.7 recommends 5 KB). */
export const MAX_DOCUMENT_BYTES = 5120

/** The smallest limit seen (Keycloak reads 5000 bytes). */
export const SMALLEST_DOCUMENT_LIMIT_BYTES = 5000

/** What Auth0 reads of a key set, the smallest limit seen. */
export const MAX_JWKS_BYTES = 12_288

/** The longest client_id that every server known takes (Auth0). */
export const PORTABLE_CLIENT_ID_BYTES = 120

/** The patience of the most patient server known (Cloudflare, FastMCP). */
export const FETCH_TIMEOUT_MS = 10_000

/** The patience of the least patient one (oidc-provider). */
export const SHORTEST_SERVER_TIMEOUT_MS = 2500

/** Below this, a server asks again at nearly every sign-in, and our outage becomes theirs. */
export const SHORTEST_USEFUL_CACHE_SECONDS = 60

/** Above this, a mistake stays for longer than a day wherever it was read. */
export const LONGEST_USEFUL_CACHE_SECONDS = 86_400

/** Documents and key sets nest three levels; no reader known follows much further than this. */
export const MAX_JSON_DEPTH = 64

/** A finding names at most this many places; one mistake repeated says no more than that. */
export const MAX_PLACES = 8

/** A name or value of a stranger's document is cut at this length before it is shown. */
export const MAX_SHOWN_CHARS = 80
