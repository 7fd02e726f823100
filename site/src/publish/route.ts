/** One machine-readable file: what is served, and how. Build, headers and checks all read this table. */
export interface Route {
  /** Absolute path on the origin. */
  readonly path: string
  /** The path, or a prefix ending in `/*` that shares its header fields: hosts limit their rules. */
  readonly headerPath: string
  readonly body: string
  /** JSON without a charset: some servers compare the value exactly, and JSON has none (RFC 8259). */
  readonly contentType: 'application/json' | 'application/schema+json' | 'application/atom+xml'
  readonly cacheControl: string
}
