/** Every limit of the extension: the unit is in the name, the reason beside it. */

/** The window that waits reads at once; a busy extension host needs a moment, and the person is watching. */
export const RELAY_TAKEN_TIMEOUT_MS = 8_000

/** A relayed answer nobody fetched is of no use once its sign-in has timed out. */
export const RELAY_AGE_MS = 300_000

/** Any web page can make the editor open our URI: more than this at once are not a person's. */
export const MAX_RELAYS_AT_ONCE = 4

/** An answer is a few hundred characters; servers with JWT codes need some KB. */
export const MAX_CALLBACK_CHARS = 16_384

/** A sign-in whose window does not end it waits for the browser no longer than this. */
export const SIGN_IN_MARK_AGE_MS = 300_000

/** A sign-in has about ten steps: the last fifty of them, refreshes between. */
export const MAX_TRACE_EVENTS = 500

/** Another window answers at once; one on a busy machine needs a moment. */
export const HANDOVER_TIMEOUT_MS = 8_000

/** From loading its secrets to starting its extensions, a window on a slow line needs this at most. */
export const WINDOW_LOAD_MS = 30_000
